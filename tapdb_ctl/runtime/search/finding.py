"""Finding one row by its EUID, whose check character is looked at before the database is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from sqlalchemy import func, select

from tapdb_ctl.errors import NotFoundError
from tapdb_ctl.euid import LINEAGE_PREFIX, TEMPLATE_PREFIX
from tapdb_ctl.runtime.models import (
    audit_log,
    generic_instance,
    generic_instance_lineage,
    generic_template,
    tapdb_core,
    tapdb_user,
)
from tapdb_ctl.runtime.search.spelling import spelt
from tapdb_ctl.runtime.session import synchronous

if TYPE_CHECKING:
    from sqlalchemy import Function
    from sqlalchemy.orm import Session

Found: TypeAlias = generic_instance | generic_template | generic_instance_lineage | audit_log | tapdb_user
"""A row of any table whose rows have EUIDs."""

_FIXED: dict[str, type[generic_template | generic_instance_lineage]] = {
    TEMPLATE_PREFIX: generic_template,
    LINEAGE_PREFIX: generic_instance_lineage,
}

_Object = TypeVar("_Object", bound=tapdb_core)
_Row = TypeVar("_Row", bound=tapdb_core | audit_log | tapdb_user)


def find_instance(session: Session, euid: str, *, include_deleted: bool = False) -> generic_instance:
    """The instance of an EUID, of its own class.

    Raises InvalidInputError for a misspelt EUID, with a hint at those in the database that one slip turns into it, and
    NotFoundError where no instance has it.
    """
    return _found(session, generic_instance, euid, include_deleted=include_deleted)


def find_template(session: Session, euid: str, *, include_deleted: bool = False) -> generic_template:
    """The template of an EUID; raises as `find_instance` does."""
    return _found(session, generic_template, euid, include_deleted=include_deleted)


def find(session: Session, euid: str, *, include_deleted: bool = False) -> Found:
    """The row of an EUID, in whichever table it is; raises as `find_instance` does.

    The prefix tells templates and lineage from the rest. Audit rows and users have prefixes that an environment
    chooses, so they are looked for when no instance is found and the role may read them, by up to three more
    statements.
    """
    if kind := _FIXED.get(str(euid).strip().upper().partition("-")[0]):
        return _found(session, kind, euid, include_deleted=include_deleted)
    try:
        return find_instance(session, euid, include_deleted=include_deleted)
    except NotFoundError:
        if found := _elsewhere(session, euid):
            return found
        raise


def _elsewhere(session: Session, euid: str) -> audit_log | tapdb_user | None:
    """Among what only some roles may read; to try would cost the others their transaction."""
    log, users = session.execute(select(_may_read(audit_log), _may_read(tapdb_user))).one()
    return (_row(session, audit_log, euid) if log else None) or (_row(session, tapdb_user, euid) if users else None)


def _may_read(kind: type[audit_log | tapdb_user]) -> Function[bool | None]:
    return func.has_table_privilege(func.to_regclass(kind.__tablename__), "SELECT")


def _found(session: Session, kind: type[_Object], euid: str, *, include_deleted: bool) -> _Object:
    """One statement; a deleted row is read as well, to be told from one that never was."""
    row = _row(session, kind, spelt(session, euid, kind.euid))
    if row is None:
        raise NotFoundError.of("RUN030", "nothing has this EUID", f"{euid} in {kind.__tablename__}")
    if row.is_deleted and not include_deleted:
        raise NotFoundError.of("RUN030", "nothing has this EUID", f"{euid} is deleted", "include_deleted=True finds it")
    return row


def _row(session: Session, kind: type[_Row], euid: str) -> _Row | None:
    synchronous(session)
    return session.scalars(select(kind).where(kind.euid == euid)).one_or_none()
