"""Queries for asyncio: `await instances(session, status="created").page(size=50)`."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Unpack, overload

from tapdb_ctl.aio.calling import awaited
from tapdb_ctl.aio.searches import AsyncInstanceSearch, AsyncSearch, Instance, Row
from tapdb_ctl.runtime import search
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.search import Filters, Search

_P = ParamSpec("_P")

find = awaited(search.find)
find_instance = awaited(search.find_instance)
find_template = awaited(search.find_template)


@overload
def instances(session: AsyncSession, **filters: Unpack[Filters]) -> AsyncInstanceSearch[generic_instance]: ...
@overload
def instances(
    session: AsyncSession, kind: type[Instance], **filters: Unpack[Filters]
) -> AsyncInstanceSearch[Instance]: ...
def instances(
    session: AsyncSession, kind: type[Any] = generic_instance, **filters: Unpack[Filters]
) -> AsyncInstanceSearch[Any]:
    """The live instances of a class that pass all filters; as `tapdb_ctl.instances`, asks nothing yet."""
    return AsyncInstanceSearch(search.instances(session.sync_session, kind, **filters))


def _searching(
    function: Callable[Concatenate[Session, _P], Search[Row]],
) -> Callable[Concatenate[AsyncSession, _P], AsyncSearch[Row]]:
    @wraps(function)
    def found(session: AsyncSession, /, *arguments: _P.args, **named: _P.kwargs) -> AsyncSearch[Row]:
        return AsyncSearch(function(session.sync_session, *arguments, **named))

    return found


audit = _searching(search.audit)
