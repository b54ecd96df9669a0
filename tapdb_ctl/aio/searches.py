"""Searches whose rows are awaited; what narrows and orders them is that of the synchronous ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from tapdb_ctl.aio.calling import call, each
from tapdb_ctl.runtime.models import audit_log, generic_instance, tapdb_core

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import ColumnElement, Select

    from tapdb_ctl.runtime.search import Counts, InstanceSearch, Page, Search, Statistics
    from tapdb_ctl.runtime.search.order import OrderBy

Row = TypeVar("Row", bound=tapdb_core | audit_log)
Instance = TypeVar("Instance", bound=generic_instance)


@dataclass(frozen=True, slots=True, eq=False)
class AsyncSearch(Generic[Row]):
    """Search for an AsyncSession: `async for row in search`, `await search.page(size=50)`; `sync` does the work."""

    sync: Search[Row]

    def where(self, *conditions: ColumnElement[bool]) -> Self:
        """As `Search.where`; asks nothing."""
        return replace(self, sync=self.sync.where(*conditions))

    def order_by(self, wanted: OrderBy) -> Self:
        """As `Search.order_by`; asks nothing."""
        return replace(self, sync=self.sync.order_by(wanted))

    def select(self) -> Select[Row]:
        """As `Search.select`; asks nothing."""
        return self.sync.select()

    async def all(self) -> list[Row]:
        """As `Search.all`."""
        return await call(self.sync.all)

    async def first(self) -> Row | None:
        """As `Search.first`."""
        return await call(self.sync.first)

    async def one(self) -> Row:
        """As `Search.one`."""
        return await call(self.sync.one)

    async def count(self) -> int:
        """As `Search.count`."""
        return await call(self.sync.count)

    async def page(self, token: str | None = None, *, size: int = 100) -> Page[Row]:
        """As `Search.page`; its `total()` would ask the database, so await `count()` instead."""
        return await call(self.sync.page, token, size=size)

    def iterate(self, batch: int = 1_000) -> AsyncIterator[Row]:
        """As `Search.iterate`; leave it early through `contextlib.aclosing`."""
        return each(self.sync.iterate(batch), batch)

    def __aiter__(self) -> AsyncIterator[Row]:
        return self.iterate()


@dataclass(frozen=True, slots=True, eq=False)
class AsyncInstanceSearch(AsyncSearch[Instance]):
    """InstanceSearch for an AsyncSession."""

    sync: InstanceSearch[Instance]

    async def counts(self) -> Counts:
        """As `InstanceSearch.counts`."""
        return await call(self.sync.counts)

    async def statistics(self, path: str) -> Statistics:
        """As `InstanceSearch.statistics`."""
        return await call(self.sync.statistics, path)
