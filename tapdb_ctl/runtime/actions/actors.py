"""Who executes an action: the audit log names them, and handlers may ask."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from tapdb_ctl.runtime.session import context, writing
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session, SessionTransaction

current: ContextVar[str | None] = ContextVar("current", default=None)
"""Who executes the action whose handler runs."""


@contextmanager
def acting(session: Session, user: str | None) -> Iterator[str | None]:
    """Whom the audit log names meanwhile: `user` if given, else whoever the session names.

    What was written before goes to its own actor, and so does what comes after, also after an exception.
    """
    session.flush()
    before = None if user is None else _swap(session, user)
    known, transaction = current.set(user or context(session).actor), session.get_transaction()
    try:
        yield current.get()
        session.flush()
    finally:
        current.reset(known)
        if user is not None:
            _swap_back(session, transaction, before)


def _swap_back(session: Session, transaction: SessionTransaction | None, actor: str | None) -> None:
    """Unless the transaction is over or lost, and its actor with it."""
    if session.get_transaction() is transaction and session.is_active:
        with suppress(DBAPIError):
            _swap(session, actor)


def _swap(session: Session, actor: str | None) -> str | None:
    writing(session)
    before: str | None = session.execute(statement("actor_swap"), {"actor": actor}).scalar_one()
    return before
