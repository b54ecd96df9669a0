"""The synchronous library, awaited: it runs in greenlets, which SQLAlchemy leaves to wait for the network."""

from __future__ import annotations

from functools import partial, wraps
from itertools import islice
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.util import greenlet_spawn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable

    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

_P = ParamSpec("_P")
_Result = TypeVar("_Result")


def awaited(
    function: Callable[Concatenate[Session, _P], _Result],
) -> Callable[Concatenate[AsyncSession, _P], Coroutine[Any, Any, _Result]]:
    """The same function for an AsyncSession, to be awaited; also a decorator for an application's own."""

    @wraps(function)
    async def call(session: AsyncSession, /, *arguments: _P.args, **named: _P.kwargs) -> _Result:
        return await session.run_sync(function, *arguments, **named)

    return call


def asking(function: Callable[Concatenate[Session, _P], _Result]) -> Callable[Concatenate[AsyncSession, _P], _Result]:
    """The same function for an AsyncSession, where it only puts a question together: nothing is sent yet."""

    @wraps(function)
    def ask(session: AsyncSession, /, *arguments: _P.args, **named: _P.kwargs) -> _Result:
        return function(session.sync_session, *arguments, **named)

    return ask


async def call(function: Callable[_P, _Result], /, *arguments: _P.args, **named: _P.kwargs) -> _Result:
    """Await a function or method that would ask the database.

    `await call(walk.rows)`, and for an attribute that is not loaded `await call(lambda: tube.modified_dt)`.
    """
    return await greenlet_spawn(partial(function, *arguments, **named))


async def each(found: Iterable[_Result], batch: int = 1_000) -> AsyncIterator[_Result]:
    """The nodes of a walk, or other rows, one by one; so many are taken at once, and no more are in memory.

    Leave it early through `contextlib.aclosing`, as any asynchronous generator.
    """
    rows = await call(lambda: iter(found))
    try:
        while some := await call(lambda: list(islice(rows, batch))):
            for row in some:
                yield row
    finally:
        if close := getattr(rows, "close", None):
            await greenlet_spawn(close)
