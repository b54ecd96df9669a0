"""Sessions: each transaction says who acts and which schema is meant before it does anything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.orm import Session

from tapdb_ctl.runtime import flushing
from tapdb_ctl.runtime.catalog import Catalog
from tapdb_ctl.runtime.hooks import UNDONE, Hooks
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import SessionTransaction

_KEY = "tapdb"


@dataclass(slots=True)
class Context:
    """What a session knows beside its transaction.

    `actor` is whom the audit log names, None for the role that logged in; `schema` is where TAPDB's tables are, None
    for wherever the connection's own search_path leads; `statement_timeout` is in seconds, None for the role's own.
    """

    actor: str | None = None
    schema: str | None = None
    hooks: Hooks = field(default_factory=Hooks)
    catalog: Catalog = field(default_factory=Catalog)
    statement_timeout: float | None = None

    def introduce(self, connection: Connection) -> None:
        """Tell the server, for this transaction: SET LOCAL, which poolers bear."""
        limit = None if self.statement_timeout is None else f"{self.statement_timeout * 1000:.0f}ms"
        if not (self.actor is None and self.schema is None and limit is None):
            values = {"actor": self.actor, "path": self.search_path, "limit": limit}
            connection.execute(statement("introduce"), values)

    @property
    def search_path(self) -> str | None:
        """The setting that makes unqualified names mean the schema's tables."""
        return None if self.schema is None else '"' + self.schema.replace('"', '""') + '", pg_temp'


class TapdbSession(Session):
    """A SQLAlchemy session whose every transaction is audited under `context.actor`."""

    writes = False
    """Whether it has written, and so reads where it wrote."""

    @property
    def context(self) -> Context:
        """Whose session it is; change `actor` between transactions."""
        return context(self)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what has changed, after it is judged, with hooks around; docs/runtime/hooks.md says how."""
        if not self._is_clean():
            write = partial(super().flush, objects)
            flushing.flushed(self, self.context.hooks, self.context.catalog, write)

    def begin(self, nested: bool = False) -> SessionTransaction:
        """A transaction, or a savepoint, for a `with` block."""
        if not nested:
            self.info.pop(UNDONE, None)
        return super().begin(nested)

    def begin_nested(self) -> SessionTransaction:
        """A savepoint; also inside a hook."""
        self._acknowledged()
        flushing.release(self, self.context.catalog, super().flush)
        return super().begin_nested()

    def commit(self) -> None:
        """Write what has changed and commit; flushed before, since a hook's exception can be undone only there."""
        self.flush()
        self._acknowledged()
        super().commit()

    def rollback(self) -> None:
        """Roll back; after that the session is as good as new."""
        self.info.pop(UNDONE, None)
        super().rollback()

    def close(self) -> None:
        """Close the session, which may be used again."""
        self.info.pop(UNDONE, None)
        super().close()

    def reset(self) -> None:
        """As `close`."""
        self.info.pop(UNDONE, None)
        super().reset()

    def invalidate(self) -> None:
        """As `close`, and the connections are not used again."""
        self.info.pop(UNDONE, None)
        super().invalidate()

    def get_bind(self, mapper: Any = None, **named: Any) -> Engine | Connection:  # noqa: ANN401 - SQLAlchemy's own
        """Where a statement goes; raises PendingRollbackError where a hook's exception has ended the transaction."""
        self._acknowledged()
        return super().get_bind(mapper, **named)

    def _acknowledged(self) -> None:
        if self.info.get(UNDONE):
            raise PendingRollbackError(
                "a hook raised after something was written, so the transaction was rolled back; call rollback() first"
            )


_others: WeakKeyDictionary[Engine, Context] = WeakKeyDictionary()


def context(session: Session) -> Context:
    """The context of any session; those that the application made by itself share one for each engine."""
    synchronous(session)
    found: Context | None = session.info.get(_KEY)
    if found is None:
        found = session.info[_KEY] = _others.setdefault(session.get_bind().engine, Context())
    return found


def synchronous(session: object) -> None:
    """Raises TypeError for SQLAlchemy's AsyncSession, whose rows would have to be awaited."""
    if hasattr(session, "sync_session"):
        raise TypeError("an AsyncSession is for the functions of tapdb_ctl.aio; in others use session.run_sync(...)")


def with_context(known: Context) -> dict[str, Context]:
    """What `Session(info=…)` takes."""
    return {_KEY: known}


def writing(session: Session) -> None:
    """Call it before SQL text that writes: from then on the session stays with the primary, also to read."""
    if isinstance(session, TapdbSession):
        session.writes = True


@event.listens_for(TapdbSession, "after_begin")
def _introduce(session: TapdbSession, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        session.context.introduce(connection)


@event.listens_for(TapdbSession, "after_soft_rollback")
def _rewind(session: TapdbSession, _: SessionTransaction) -> None:
    session.context.catalog.rewind(session)


@event.listens_for(TapdbSession, "after_transaction_end")
def _rejoin(session: TapdbSession, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.context.catalog.rejoin(session)
