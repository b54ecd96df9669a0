"""TAPDBConnection: one database, its pool, and sessions whose transactions name their actor."""

from __future__ import annotations

import getpass
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from sqlalchemy import URL, MetaData, create_engine, make_url
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import sessionmaker

from tapdb_ctl.runtime.session import Context, TapdbSession, with_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from tapdb_ctl.runtime.hooks import Hooks

DRIVER = "postgresql+psycopg2"
"""SQLAlchemy 2.1 takes a bare `postgresql://` for another driver."""


class TAPDBConnection:
    """A database with its pool of connections; a context manager that closes them.

    Parameters are those of TAPDB 0.1.13. `app_username` is whom the audit log names, the account's user by default;
    `schema` is where TAPDB's tables are, wherever the role's search_path leads by default.
    """

    def __init__(  # noqa: PLR0913 - the documented parameters
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
        pool_recycle: int = 1800,
        engine_type: str | None = None,
        region: str = "us-west-2",
        iam_auth: bool = True,
        secret_arn: str | None = None,
        *,
        schema: str | None = None,
    ) -> None:
        self.app_username = app_username or getpass.getuser()
        host, _, port = (db_hostname or "localhost").partition(":")
        password = os.environ.get("PGPASSWORD") if db_pass is None else db_pass
        user = db_user or getpass.getuser()
        url = make_url(db_url) if db_url else URL.create(DRIVER, user, password, host, int(port or 5432), db_name)
        self.engine = create_engine(
            url.set(drivername=DRIVER),
            echo=bool(echo_sql),
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=pool_timeout,
            pool_recycle=pool_recycle,
            pool_pre_ping=True,
        )
        self._context = Context(self.app_username, schema)
        self._sessions = sessionmaker(self.engine, class_=TapdbSession, info=with_context(self._context))
        self.AutomapBase = automap_base(metadata=MetaData())

    @property
    def hooks(self) -> Hooks:
        """Functions that its sessions call around creations, updates, deletions and links."""
        return self._context.hooks

    def get_session(self) -> TapdbSession:
        """A new session; the caller commits and closes it."""
        return self._sessions()

    @contextmanager
    def session_scope(self, commit: bool = False) -> Iterator[TapdbSession]:
        """A session for one piece of work: committed at the end if `commit`, else rolled back, and closed."""
        with self._sessions() as session:
            yield session
            if commit:
                session.commit()

    def reflect_tables(self) -> None:
        """Reflect the database's tables into `AutomapBase`."""
        self.AutomapBase.prepare(autoload_with=self.engine)

    def close(self) -> None:
        """Close the pool's connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
