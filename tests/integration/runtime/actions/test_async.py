"""Actions run unchanged in greenlets, whatever the driver."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import create_async_engine

from pg_servers import Server
from tapdb_ctl.actions import ActionDispatcher
from tapdb_ctl.aio.sessions import AsyncTapdbSession

if TYPE_CHECKING:
    from conftest import Lab


class Freezer(ActionDispatcher):
    def do_action_freeze(self, _: Any, __: Any, captured: Any) -> Any:
        if captured["fails"]:
            raise ValueError(self.user)
        return {"status": "success", "message": self.user}


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_awaited(lab: Lab, pg16: Server, driver: str) -> None:
    uuid = lab.specimen()
    definition = lab.read(uuid)["actions"]["freeze"]
    name = lab.db.engine.url.database
    url = URL.create(f"postgresql+{driver}", pg16.user, pg16.password, pg16.host, pg16.port, name)

    async def freeze(engine: Any, n: int) -> Any:
        async with AsyncTapdbSession(engine) as session, session.begin():
            return await session.run_sync(
                Freezer().execute_action, uuid, "lab_actions", "freeze", definition, {"fails": n == 0}, user=f"user {n}"
            )

    async def all_of_them() -> list[Any]:
        engine = create_async_engine(url)
        try:
            return await asyncio.gather(*(freeze(engine, n) for n in range(8)))
        finally:
            await engine.dispose()

    results = asyncio.run(all_of_them())
    assert [result["message"] for result in results] == [f"user {n}" for n in range(8)]
    assert lab.executed(uuid, "freeze") == ("8", "1", 8)
