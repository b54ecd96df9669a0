"""The same statements through psycopg 3 and, under asyncio, through it and asyncpg."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from runtime_worlds import BOX, TUBE, connected
from tapdb_ctl.properties import PropertyIndex

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from pg_servers import Server
    from tapdb_ctl import InstanceFactory

ROWS = [{"name": f"T{i}", "properties": {"text": "é\n'%s :a \\"}, "idempotency_key": f"k{i}"} for i in range(5)]
TREE = {"template": BOX, "name": "X", "children": [{"template": TUBE, "name": "T"}]}


def work(session: Session, factory: InstanceFactory) -> None:
    """Every call once; each is told wrong by a value that comes back otherwise."""
    made = factory.create_instances(session, TUBE, ROWS)
    assert factory.create_instances(session, TUBE, ROWS) == made
    boxes = factory.create_instances(session, BOX, [{"name": f"B{i}"} for i in range(5)])
    assert len(factory.link_many(session, zip(boxes, made, strict=True))) == 5
    assert factory.create_instance(session, TUBE, "alone").json_addl["properties"]["volume"] == 1
    assert len(factory.create_tree(session, TREE, create_children=True).children) == 4
    changes = {made[0]: {"properties": {"volume": 3.5}}, made[1]: {"name": "T1"}, made[2]: {"bstatus": "full"}}
    assert factory.update_many(session, changes) == [made[0], made[2]]
    assert factory.soft_delete_many(session, made[:2]) == made[:2]
    assert factory.restore(session, made[1:3]) == made[1:2]
    report = factory.load_instances(session, TUBE, [{"name": "L"}, {}], on_error="collect")
    assert (report.loaded, report.refused) == (1, 1)
    index = PropertyIndex(TUBE, ("properties", "a:b"), "numeric", unique=True)
    session.execute(text(index.definition.replace(":", r"\:")))
    rows = [{"name": "U", "properties": {"a:b": n}} for n in (1, 2, 1)]
    report = factory.load_instances(session, TUBE, rows, on_error="collect")
    assert [error.message.split(": ")[1] for error in report.errors] == ['properties."a:b" 1 is taken']
    assert report.loaded == 2


def test_psycopg_3(pg16: Server, runtime_database: Callable[[Server], str], factory: InstanceFactory) -> None:
    database = runtime_database(pg16)
    with (
        connected(pg16, database, db_url_prefix="postgresql+psycopg://") as db,
        db.session_scope(commit=True) as session,
    ):
        work(session, factory)


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_asyncio(
    pg16: Server, runtime_database: Callable[[Server], str], factory: InstanceFactory, driver: str
) -> None:
    at = URL.create(f"postgresql+{driver}", pg16.user, pg16.password, pg16.host, pg16.port, runtime_database(pg16))

    async def main() -> None:
        engine = create_async_engine(at)
        async with AsyncSession(engine) as session:
            await session.run_sync(work, factory)
            await session.commit()
        await engine.dispose()

    asyncio.run(main())
