"""What type checkers make of `tapdb_ctl.aio`: the signatures of the synchronous library. Read by mypy, never run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import assert_type

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from tapdb_ctl import aio
from tapdb_ctl.aio import (
    AsyncInstanceFactory,
    AsyncInstanceSearch,
    AsyncSearch,
    AsyncTAPDBConnection,
    AsyncTapdbSession,
    awaited,
    call,
    each,
    prop,
)
from tapdb_ctl.runtime.connections.health import Health
from tapdb_ctl.runtime.graph import Graph, Node, Walk
from tapdb_ctl.runtime.models import audit_log, generic_instance, generic_instance_lineage
from tapdb_ctl.runtime.models.instance import container_instance
from tapdb_ctl.runtime.search import Counts, Page


async def connecting() -> None:
    AsyncTAPDBConnection(db_hostname="localhost:5432", db_user="u", pool_size=3, reader="standby")
    AsyncTAPDBConnection(db_hostnam="localhost")  # type: ignore[call-arg]
    AsyncTAPDBConnection(pool_size="3")  # type: ignore[arg-type]


async def sessions(db: AsyncTAPDBConnection) -> None:
    async with db.session_scope(commit=True, actor="ada") as session:
        assert_type(session, AsyncTapdbSession)
    assert_type(await db.health_check(), Health)

    async def work(_: AsyncTapdbSession, name: str) -> int:
        return len(name)

    assert_type(await db.run(work, "x"), int)
    await db.run(work, 7)  # type: ignore[arg-type]  # a name is text


async def creating(session: AsyncSession, factory: AsyncInstanceFactory) -> None:
    made = await factory.create_instance(session, "container/tube/x/1.0", "T", properties={"volume": 1})
    assert_type(made, generic_instance)
    assert_type(await factory.link_instances(session, made, "CX-Z8A"), generic_instance_lineage)
    assert_type(await factory.create_instances(session, "container/tube/x/1.0", [{"name": "T"}]), list[str])
    await factory.create_instance(session, "container/tube/x/1.0")  # type: ignore[call-arg]
    await factory.create_instance(session.sync_session, "container/tube/x/1.0", "T")  # type: ignore[arg-type]


async def asking(session: AsyncSession) -> None:
    below = aio.descendants(session, "CX-Z8A", depth=2)
    assert_type(below, Walk)
    assert_type(await call(below.rows), list[Node])
    assert_type(each(below), AsyncIterator[Node])
    assert_type(await aio.subgraph(session, "CX-Z8A"), Graph)
    assert_type(await aio.find_instance(session, "CX-Z8A", include_deleted=True), generic_instance)


async def searching(session: AsyncSession) -> None:
    search = aio.instances(session, container_instance, status="created").where(prop("a") > 1).order_by(prop("a"))
    assert_type(search, AsyncInstanceSearch[container_instance])
    assert_type(aio.instances(session), AsyncInstanceSearch[generic_instance])
    assert_type(await search.page(size=10), Page[container_instance])
    assert_type(await search.one(), container_instance)
    assert_type(await search.counts(), Counts)
    await search.page(size="10")  # type: ignore[arg-type]
    aio.instances(session, flavour="x")  # type: ignore[call-overload]  # no such filter
    list(search)  # type: ignore[call-overload]  # it is walked by async for
    async for row in search:
        assert_type(row, container_instance)
    log = aio.audit(session, actor="ada")
    assert_type(log, AsyncSearch[audit_log])
    assert_type(await log.first(), audit_log | None)
    aio.audit(session, operation="TRUNCATE")  # type: ignore[arg-type]


@awaited
def own(_: Session, name: str, *, twice: bool = False) -> int:
    return len(name) * (1 + twice)


async def wrapping(session: AsyncSession) -> None:
    assert_type(await own(session, "x", twice=True), int)
    await own(session, "x", thrice=True)  # type: ignore[call-arg]
