"""The library under asyncio: the same results, the same rules, the same actor."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from orm_rows import tube
from runtime_worlds import BOX, CLIENT, NOTE, PLATE, STRICT, TUBE
from tapdb_ctl import aio
from tapdb_ctl.aio import AsyncInstanceFactory, AsyncTAPDBConnection, AsyncTapdbSession, call, each
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.actions.dispatcher import ActionDispatcher
from tapdb_ctl.runtime.connections.retrying import RetryPolicy
from tapdb_ctl.runtime.connections.urls import of_text
from tapdb_ctl.runtime.models import audit_log, generic_instance
from tapdb_ctl.runtime.models.instance import container_instance
from tapdb_ctl.runtime.session import TapdbSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    Run = Callable[..., None]

factory = AsyncInstanceFactory()


async def actors(session: AsyncSession) -> set[str | None]:
    """Who the log says wrote instances."""
    query = select(audit_log.changed_by).where(audit_log.rel_table_name == "generic_instance")
    return set(await session.scalars(query))


def test_the_factory_and_the_actor(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async with db.session_scope(commit=True, actor="ada") as session:
            box = await factory.create_instance(session, BOX, "B", {"a": 1})
            plate = await factory.create_instance(session, PLATE, "P")
            await factory.link_instances(session, box, plate.euid, relationship_type="holds")
            assert type(box) is container_instance
        assert box.euid.startswith("CX-")  # also after the commit, without asking
        async with db.session_scope() as session:
            assert await actors(session) == {"ada"}
            box = await aio.find_instance(session, box.euid)
            edges = await call(box.get_sorted_parent_of_lineages)
            assert [edge.child_instance.name for edge in edges] == ["B-1", "B-2", "B_x_1", "P"]

    run(test)


def test_a_scope_that_is_not_committed_leaves_nothing(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async with db.session_scope() as session:
            await factory.create_instance(session, TUBE, "T")
        with pytest.raises(InvalidInputError):  # noqa: PT012 - the scope is what is tried
            async with db.session_scope(commit=True) as session:
                await factory.create_instance(session, TUBE, "T")
                await factory.create_instance(session, "no code", "T")
        async with db.session_scope() as session:
            assert await aio.instances(session).count() == 0

    run(test)


def test_bulk_lineage_and_queries(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async with db.session_scope(commit=True) as session:
            root, *rest = await factory.create_instances(session, TUBE, ({"name": f"T{n}"} for n in range(50)))
            await factory.link_many(session, [(root, euid) for euid in rest])
            await factory.update_many(session, {root: {"bstatus": "full", "properties": {"volume": 7}}})
            await factory.soft_delete_many(session, rest[:1])
        async with db.session_scope() as session:
            below = aio.descendants(session, root)
            assert len(await call(below.rows)) == 48
            assert [node.depth async for node in each(below, batch=10)] == [1] * 48
            assert len((await aio.subgraph(session, root)).nodes) == 49
            assert (await aio.path(session, root, rest[-1])) is not None
            sizes = [closure.size async for closure in each(await aio.closure_counts(session), batch=10)]
            assert sizes == [48] + [0] * 48
            assert (await aio.find_instance(session, root)).json_addl["properties"]["volume"] == 7
            search = aio.instances(session, container_instance, status="empty")
            page = await search.page(size=40)
            assert len(page.items) == 40
            assert len((await search.page(page.next, size=40)).items) == 8
            assert await call(page.total) == 48
            assert [change.actor for change in await aio.history(session, root)][:1] == ["tester"]

    run(test)


def test_rows_come_by_and_by_and_may_be_left(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async with db.session_scope(commit=True) as session:
            await factory.create_instances(session, TUBE, ({"name": f"T{n}"} for n in range(300)))
        async with db.session_scope() as session:
            async with aclosing(aio.instances(session).iterate(50)) as rows:
                async for row in rows:
                    if row.name == "T59":
                        assert len(session.identity_map) <= 101
                        break
            assert await aio.instances(session).count() == 300

    run(test)


def test_actions_run(run: Run) -> None:
    class Lab(ActionDispatcher):
        def do_action_weigh(self, instance: generic_instance, _: Any, captured: Any) -> dict[str, Any]:
            instance.bstatus = captured["grams"]
            return {"status": "success"}

    async def test(db: AsyncTAPDBConnection) -> None:
        execute = aio.awaited(Lab().execute_action)
        async with db.session_scope(commit=True) as session:
            made = await factory.create_instance(session, TUBE, "T")
            note = await session.run_sync(lambda s: tube(s, "x", NOTE).template_uuid)
            offer = {"action_template_uuid": note, "action_enabled": "1"}
            made.json_addl = {**made.json_addl, "action_groups": {"lab": {"weigh": offer}}}
            result = await execute(session, made, "lab", "weigh", offer, {"grams": "12"})
            assert result["status"] == "success", result
        assert made.bstatus == "12"

    run(test)


def test_hooks_are_called_and_documents_judged(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        seen: list[str] = []

        @db.hooks.after_create
        def hear(session: Session, instance: generic_instance) -> None:
            assert session.scalar(text("SELECT 1")) == 1
            seen.append(instance.name)

        async with db.session_scope() as session:
            await factory.create_instance(session, TUBE, "f")
            session.add(await session.run_sync(tube, "o"))
            await session.flush()
            assert seen == ["f", "o"]
            session.add(await session.run_sync(tube, "s", STRICT))
            await session.flush()
            session.add(await session.run_sync(tube, "s", STRICT, json_addl={"properties": {}}))
            with pytest.raises(InvalidInputError, match="RUN011"):
                await session.flush()

    run(test)


def test_a_singleton_for_tasks_that_race(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async def one() -> str:
            async with db.session_scope(commit=True) as session:
                return (await factory.get_or_create_singleton_instance(session, CLIENT, "c")).euid

        assert len(set(await asyncio.gather(*(one() for _ in range(8))))) == 1

    run(test)


def test_work_is_done_again_and_other_tasks_go_on(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        attempts, ticks = 0, 0

        async def work(session: AsyncTapdbSession, name: str) -> str:
            nonlocal attempts
            attempts += 1
            made = await factory.create_instance(session, TUBE, name)
            if attempts == 1:
                await session.execute(text("DO $$ BEGIN RAISE 'again' USING ERRCODE = '40001'; END $$"))
            return made.euid

        async def tick() -> None:
            nonlocal ticks
            while attempts < 2:
                ticks += 1
                await asyncio.sleep(0)

        euid, _ = await asyncio.gather(db.run(work, "T", retry=RetryPolicy(first=0.05)), tick())
        assert attempts == 2
        assert ticks > 10
        async with db.session_scope() as session:
            assert [row.euid for row in await session.scalars(select(generic_instance))] == [euid]
        with pytest.raises(DBAPIError):
            await db.run(lambda session: session.execute(text("SELECT 1/0")))

    run(test)


def test_health(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        health = await db.health_check()
        assert (health.healthy, health.role, health.schema_current) == (True, "primary", True)

    run(test)


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_sessions_of_an_engine_of_one_s_own(url: str, driver: str) -> None:
    """As an application makes them that has its own engine, of any asynchronous driver."""

    async def test() -> None:
        engine = create_async_engine(of_text(url).set(drivername=f"postgresql+{driver}"))
        async with AsyncSession(engine, sync_session_class=TapdbSession, expire_on_commit=False) as session:
            session.sync_session.context.actor = driver
            box = await factory.create_instance(session, BOX, "B", {"ü": [1.5, None]})
            euids = await factory.create_instances(session, TUBE, [{"name": "a"}, {"name": "b"}])
            await factory.link_many(session, [(box, euid) for euid in euids])
            await factory.update_many(session, {euids[0]: {"properties": {"volume": 2}}})
            await session.commit()
            assert len([node async for node in each(aio.descendants(session, box), 2)]) == 5
            assert len((await aio.subgraph(session, box.euid)).edges) == 5
            assert (await aio.instances(session).page(size=2)).next
            await factory.soft_delete_many(session, euids)
            assert await aio.instances(session).count() == 4
            assert await actors(session) == {driver}
        await engine.dispose()

    asyncio.run(test())
