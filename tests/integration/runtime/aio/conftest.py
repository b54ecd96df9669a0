"""Asynchronous tests are coroutines, run to their end by `run`; each opens its own connection in its own loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tapdb_ctl.aio import AsyncTAPDBConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pg_servers import Server


@pytest.fixture
def url(pg16: Server, runtime_database: Callable[[Server], str]) -> str:
    """Of a database with the templates."""
    return f"postgresql://{pg16.user}:{pg16.password}@{pg16.host}:{pg16.port}/{runtime_database(pg16)}"


@pytest.fixture
def run(url: str) -> Callable[..., None]:
    """Run a coroutine function with a connection to that database."""

    def run(test: Callable[[AsyncTAPDBConnection], Awaitable[None]], **options: Any) -> None:
        async def whole() -> None:
            async with AsyncTAPDBConnection(url, app_username="tester", **options) as db:
                await test(db)

        asyncio.run(whole())

    return run
