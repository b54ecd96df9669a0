"""Who executes an action: the audit log names them, and handlers may ask."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from tapdb_ctl.runtime.session import context, writing
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

current: ContextVar[str | None] = ContextVar("current", default=None)
"""Who executes the action whose handler runs."""


@contextmanager
def acting(session: Session, user: str | None) -> Iterator[str | None]:
    """Whom the audit log names meanwhile: `user` if given, else whoever the session names.

    What was written before goes to its own actor. After an exception the transaction is lost, and its actor with it.
    """
    session.flush()
    before = None if user is None else _swap(session, user)
    known = current.set(user or context(session).actor)
    try:
        yield current.get()
    finally:
        current.reset(known)
    session.flush()
    if user is not None:
        _swap(session, before)


def _swap(session: Session, actor: str | None) -> str | None:
    writing(session)
    before: str | None = session.execute(statement("actor_swap"), {"actor": actor}).scalar_one()
    return before
