"""TAPDBConnection: one database, its pool, and sessions whose transactions name their actor."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, TypeVarTuple

from sqlalchemy import create_engine

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.connections import aurora, engines, limits, urls
from tapdb_ctl.runtime.connections.aborted import refuse_commits
from tapdb_ctl.runtime.connections.committing import committed
from tapdb_ctl.runtime.connections.replicas import Reader, RoutedSession
from tapdb_ctl.runtime.connections.retrying import RetryPolicy
from tapdb_ctl.runtime.session import Context, with_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from sqlalchemy import Engine

    from tapdb_ctl.runtime.connections.health import Health
    from tapdb_ctl.runtime.hooks import Hooks

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")


class TAPDBConnection:
    """A database with its pool of connections; a context manager that closes them.

    The positional parameters are those of TAPDB 0.1.13. `db_url` is used as it is and overrides the parts after it;
    where neither is given, DATABASE_URL is, then USER, PGPASSWORD and PGPORT. `app_username` is whom the audit log
    names, USER by default; `echo_sql` is ECHO_SQL by default. `schema` is where TAPDB's tables are, wherever the role's
    search_path leads by default. `reader` is the URL of a replica, or `standby` for one among several hosts. Times are
    in seconds. docs/runtime/connections.md tells the rest. Raises InvalidInputError; nothing is contacted yet.
    """

    _create_engine: ClassVar[Callable[..., Engine]] = staticmethod(create_engine)

    def __init__(  # noqa: PLR0913, PLR0917 - the documented parameters
        self,
        db_url: str | None = None,
        db_url_prefix: str = "postgresql://",
        db_hostname: str | None = None,
        db_pass: str | None = None,
        db_user: str | None = None,
        db_name: str = "tapdb",
        app_username: str | None = None,
        echo_sql: bool | None = None,
        pool_size: int = 5,
        max_overflow: int = 10,
        pool_timeout: float = 30,
        pool_recycle: float = 1800,
        engine_type: str | None = None,
        region: str = "us-west-2",
        iam_auth: bool = True,
        secret_arn: str | None = None,
        *,
        schema: str | None = None,
        reader: str | None = None,
        sslmode: str | None = None,
        sslrootcert: str | None = None,
        connect_timeout: int | None = None,
        statement_timeout: float | None = None,
        application_name: str | None = None,
    ) -> None:
        on_aurora = _on_aurora(engine_type)
        time_limit = limits.time_limit(statement_timeout)
        self.app_username = app_username or urls.account(os.environ, "tapdb_orm")
        url = urls.resolved(
            db_url, db_url_prefix, db_hostname, db_pass, db_user, db_name, os.environ, local=not on_aurora
        )
        if on_aurora:
            sslmode, sslrootcert = aurora.encryption(url, sslmode, sslrootcert)
        name = application_name or f"tapdb {self.app_username}"
        opened = engines.opener(
            engines.Pooling(pool_size, max_overflow, pool_timeout, pool_recycle),
            engines.Wire(name, connect_timeout, sslmode, sslrootcert),
            create=self._create_engine,
            echo=_echoes() if echo_sql is None else echo_sql,
            sign_in=aurora.credentials(url, region=region, iam_auth=iam_auth, secret_arn=secret_arn, user=db_user)
            if on_aurora
            else None,
        )
        self.engine = opened(url)
        refuse_commits(self.engine)  # a replica has nothing to lose
        self._reader = Reader(opened(urls.of_replica(reader, url))) if reader else None
        self._context = Context(self.app_username, schema, statement_timeout=time_limit)

    @property
    def hooks(self) -> Hooks:
        """Functions that its sessions call around creations, updates, deletions and links."""
        return self._context.hooks

    @cached_property
    def AutomapBase(self) -> Any:  # noqa: ANN401, N802 - automap makes classes; the name is documented
        """The base of the classes that `reflect_tables` makes."""
        from sqlalchemy import MetaData  # noqa: PLC0415 - few applications reflect
        from sqlalchemy.ext.automap import automap_base  # noqa: PLC0415 - as above

        return automap_base(metadata=MetaData(schema=self._context.schema))

    def get_session(
        self, *, actor: str | None = None, reader: bool = False, isolation_level: str | None = None
    ) -> RoutedSession:
        """A new session; the caller commits and closes it. Every transaction of it is audited under `actor`.

        It reads from the replica until it writes, if `reader`.
        """
        return self._session(actor, isolation_level, reader=reader)

    @contextmanager
    def session_scope(
        self,
        commit: bool = False,
        *,
        actor: str | None = None,
        reader: bool | None = None,
        isolation_level: str | None = None,
    ) -> Iterator[RoutedSession]:
        """A session for one piece of work: committed at the end if `commit`, else rolled back, and closed.

        Inside, the work may commit or roll back what it has done so far. Objects keep what they hold when it ends.
        It reads from the replica until it writes, if `reader`, which is so by default unless it is to be committed.
        """
        with self._session(actor, isolation_level, reader=not commit if reader is None else reader) as session:
            yield session
            if commit:
                session.expire_on_commit = False  # what was made is looked at afterwards, when nothing can be loaded
                session.commit()

    def run(
        self,
        work: Callable[[RoutedSession, *_Arguments], _Result],
        *arguments: *_Arguments,
        commit: bool = True,
        retry: RetryPolicy | None = None,
        actor: str | None = None,
        reader: bool | None = None,
        isolation_level: str | None = None,
    ) -> _Result:
        """What `work(session, *arguments)` returns, done in a transaction of its own that is committed if `commit`.

        After a deadlock, a serialization failure or a lost connection all of it is done again, as `retry` says, so it
        should do nothing else than work with the session, and must not commit. A COMMIT whose reply is lost is asked
        after; raises InDoubtError when that stays unanswered, and any other error at once.
        """
        policy = RetryPolicy.chosen(retry)
        reads = not commit if reader is None else reader

        def attempt() -> _Result:
            with self._session(actor, isolation_level, reader=reads, expire_on_commit=False) as session:
                if commit:
                    return committed(session, lambda: work(session, *arguments), self.engine, policy)
                return work(session, *arguments)

        return policy.call(attempt)

    def health_check(self) -> Health:
        """How the server is, and the replica if there is one; raises nothing when it does not answer."""
        from tapdb_ctl.runtime.connections.health import examined  # noqa: PLC0415 - asked for by servers only

        reader = examined(self._reader.engine, self._context) if self._reader else None
        return examined(self.engine, self._context, reader)

    def reflect_tables(self) -> None:
        """Reflect the database's tables into `AutomapBase`."""
        from sqlalchemy import Text  # noqa: PLC0415 - few applications reflect
        from sqlalchemy.dialects.postgresql.base import ischema_names  # noqa: PLC0415 - as above

        ischema_names.setdefault("xid8", Text)  # the ledger's; SQLAlchemy has no type for it and would warn
        self.AutomapBase.prepare(autoload_with=self.engine)

    def close(self) -> None:
        """Close the pool's connections."""
        self.engine.dispose()
        if self._reader:
            self._reader.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _session(
        self, actor: str | None, isolation_level: str | None, *, reader: bool, expire_on_commit: bool = True
    ) -> RoutedSession:
        """A session of its own context, which shares hooks and caches with all others."""
        known = replace(self._context, actor=actor or self.app_username)
        spelt = limits.isolation(isolation_level)
        level = {"isolation_level": spelt} if spelt else {}
        session = RoutedSession(
            self.engine.execution_options(**level) if level else self.engine,
            info=with_context(known),
            expire_on_commit=expire_on_commit,
        )
        if reader and self._reader:
            session.route(self._reader, **level)
        return session


def _on_aurora(engine_type: str | None) -> bool:
    if engine_type in (None, "local", "aurora"):
        return engine_type == "aurora"
    raise InvalidInputError.of(
        "RUN050", "there is no such engine type", f"it is {engine_type!r}", "give 'local' or 'aurora', or leave it out"
    )


def _echoes() -> bool:
    return os.environ.get("ECHO_SQL", "").lower() in ("true", "1", "yes")
