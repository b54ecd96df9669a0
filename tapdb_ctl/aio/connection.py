"""AsyncTAPDBConnection: TAPDBConnection for asyncio, with the same parameters."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar, TypeVarTuple

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from tapdb_ctl.aio.calling import call
from tapdb_ctl.aio.sessions import AsyncTapdbSession
from tapdb_ctl.runtime.connections.connection import TAPDBConnection
from tapdb_ctl.runtime.connections.retrying import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from types import TracebackType

    from sqlalchemy import URL, Engine
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.connections.health import Health
    from tapdb_ctl.runtime.hooks import Hooks

_P = ParamSpec("_P")
_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")

DRIVER = "postgresql+psycopg"
"""psycopg 3, which takes the same parameters as psycopg2: both hand them to libpq."""


def _engine(url: URL, **options: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy's own
    return create_async_engine(url.set(drivername=DRIVER), **options).sync_engine


class _Core(TAPDBConnection):
    """What does the work, in greenlets."""

    _create_engine = staticmethod(_engine)


def _sleep(seconds: float) -> None:
    """Wait, and let other tasks run."""
    await_only(asyncio.sleep(seconds))


def _as(_: Callable[_P, object]) -> Callable[[Callable[..., None]], Callable[Concatenate[Any, _P], None]]:
    """For an __init__ that takes what the class given here takes."""

    def typed(init: Callable[..., None]) -> Callable[Concatenate[Any, _P], None]:
        return wraps(TAPDBConnection.__init__)(init)

    return typed


class AsyncTAPDBConnection:
    """A database with its pool of connections, for asyncio; an asynchronous context manager that closes them.

    The parameters are those of TAPDBConnection. Sessions are for one task each, and keep what they loaded when they
    commit, since reading it again would have to be awaited. Hooks are called with the synchronous session that the
    asynchronous one stands for.
    """

    @_as(TAPDBConnection)
    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - the types are TAPDBConnection's
        self._core = _Core(*arguments, **named)

    @property
    def engine(self) -> AsyncEngine:
        """The engine, to be used as any other of SQLAlchemy's."""
        return AsyncEngine(self._core.engine)

    @property
    def app_username(self) -> str:
        """Whom the audit log names unless a session names another."""
        return self._core.app_username

    @property
    def hooks(self) -> Hooks:
        """Functions that its sessions call around creations, updates, deletions and links; they are not awaited."""
        return self._core.hooks

    def get_session(
        self, *, actor: str | None = None, reader: bool = False, isolation_level: str | None = None
    ) -> AsyncTapdbSession:
        """A new session; the caller commits and closes it. As `TAPDBConnection.get_session`."""
        session = self._core.get_session(actor=actor, reader=reader, isolation_level=isolation_level)
        session.expire_on_commit = False
        return AsyncTapdbSession.of(session)

    @asynccontextmanager
    async def session_scope(
        self,
        commit: bool = False,
        *,
        actor: str | None = None,
        reader: bool | None = None,
        isolation_level: str | None = None,
    ) -> AsyncIterator[AsyncTapdbSession]:
        """A session for one piece of work: committed at the end if `commit`, else rolled back, and closed.

        As `TAPDBConnection.session_scope`.
        """
        reads = not commit if reader is None else reader
        async with self.get_session(actor=actor, reader=reads, isolation_level=isolation_level) as session:
            yield session
            if commit:
                await session.commit()

    async def run(
        self,
        work: Callable[[AsyncTapdbSession, *_Arguments], Awaitable[_Result]],
        *arguments: *_Arguments,
        commit: bool = True,
        retry: RetryPolicy | None = None,
        actor: str | None = None,
        reader: bool | None = None,
        isolation_level: str | None = None,
    ) -> _Result:
        """What `await work(session, *arguments)` gives, in a transaction that is done again after transient errors.

        As `TAPDBConnection.run`.
        """

        def step(session: Session) -> _Result:
            return await_only(work(AsyncTapdbSession.of(session), *arguments))

        policy = replace(RetryPolicy.chosen(retry), sleep=_sleep)
        return await call(
            lambda: self._core.run(
                step, commit=commit, retry=policy, actor=actor, reader=reader, isolation_level=isolation_level
            )
        )

    async def health_check(self) -> Health:
        """How the server is, and the replica if there is one; raises nothing when it does not answer."""
        return await call(self._core.health_check)

    async def close(self) -> None:
        """Close the pool's connections."""
        await call(self._core.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
