"""The one live instance of a singleton template, however many ask for it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tapdb_ctl.errors import InvalidInputError, OutdatedSnapshotError
from tapdb_ctl.runtime.connections.transient import sqlstate
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.session import writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.blueprints import Blueprint

UNIQUE_VIOLATION = "23505"
_INDEX = "idx_generic_instance_unique_singleton_key"


def singleton(blueprint: Blueprint) -> Blueprint:
    """The template again; raises InvalidInputError where it is no singleton."""
    if not blueprint.is_singleton:
        raise InvalidInputError.of("RUN014", "this template is no singleton", blueprint.code)
    return blueprint


def got(session: Session, blueprint: Blueprint, create: Callable[[], generic_instance]) -> generic_instance:
    """The live instance; else the one that `create` makes, or that somebody made meanwhile.

    Whoever loses the race waits at the unique index for the winner's commit, and takes what it then finds. Raises
    OutdatedSnapshotError where the transaction is too isolated to find it; `TAPDBConnection.run` then begins anew.
    """
    session.flush()
    if (there := _live(session, blueprint)) is not None:
        return there
    writing(session)
    try:
        with session.begin_nested():
            return create()
    except IntegrityError as error:
        if sqlstate(error) != UNIQUE_VIOLATION:
            raise
        if (there := _live(session, blueprint)) is not None:
            return there
        if _isolated(session) and _INDEX in str(error.orig):
            raise _outdated(blueprint) from error
        raise


def _live(session: Session, blueprint: Blueprint) -> generic_instance | None:
    query = select(generic_instance).where(
        generic_instance.template_uuid == blueprint.uuid, generic_instance.is_deleted.is_(False)
    )
    return session.scalars(query.order_by(generic_instance.uuid.desc()).limit(1)).first()


def _isolated(session: Session) -> bool:
    """Whether the transaction sees nothing that was committed after it began."""
    return session.connection().get_isolation_level() != "READ COMMITTED"


def _outdated(blueprint: Blueprint) -> OutdatedSnapshotError:
    return OutdatedSnapshotError.of(
        "RUN056",
        "this transaction began too early to see a singleton",
        f"another one has committed that of {blueprint.code}",
        "do the work again in a new transaction, as TAPDBConnection.run does",
    )
