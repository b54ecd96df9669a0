"""AsyncTAPDBConnection beyond the usual: replicas, cancelled tasks, what its constructor says of itself."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from runtime_worlds import TUBE
from tapdb_ctl.aio import AsyncInstanceFactory, AsyncTAPDBConnection, instances
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.connections.connection import TAPDBConnection

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., None]

factory = AsyncInstanceFactory()


def test_it_reads_from_a_replica_until_it_writes(run: Run, url: str) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async with db.session_scope(reader=True) as session:
            assert await instances(session).count() == 0
            health = await db.health_check()
            assert health.reader
            assert (health.pool.checked_out, health.reader.pool.checked_out) == (0, 1)
            await factory.create_instance(session, TUBE, "T")
            assert await instances(session).count() == 1
            assert (await db.health_check()).pool.checked_out == 1

    run(test, reader=url)


def test_a_cancelled_task_leaves_nothing_and_gives_its_connection_back(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async def work() -> None:
            async with db.session_scope(commit=True) as session:
                await factory.create_instance(session, TUBE, "T")
                await session.execute(text("SELECT pg_sleep(60)"))

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(work(), 0.5)
        assert (await db.health_check()).pool.checked_out == 0
        async with db.session_scope() as session:
            assert await instances(session).count() == 0

    run(test, pool_size=1, max_overflow=0, pool_timeout=5)


def test_work_given_to_run_must_not_commit(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async def work(session: object) -> None:
            await session.commit()  # type: ignore[attr-defined]

        with pytest.raises(InvalidInputError, match="RUN047"):
            await db.run(work)

    run(test)


def test_a_number_is_no_policy(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async def work(_: object) -> None:
            raise AssertionError

        with pytest.raises(TypeError, match=r"RetryPolicy\(attempts="):
            await db.run(work, retry=3)  # type: ignore[arg-type]

    run(test)


def test_its_parameters_are_those_of_the_synchronous_one() -> None:
    assert inspect.signature(AsyncTAPDBConnection) == inspect.signature(TAPDBConnection)


def test_every_method_of_the_factory_is_there() -> None:
    def methods(kind: type) -> set[str]:
        return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}

    assert methods(type(factory.sync)) <= vars(factory).keys()
    assert methods(type(factory.template_manager.sync)) - {"blueprint", "find"} <= vars(factory.template_manager).keys()
