"""How callers name an instance: by the object, its uuid, or its EUID."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sqlalchemy import ARRAY, BIGINT, Text, any_, bindparam, literal, select

from tapdb_ctl.errors import Finding, InvalidInputError, NotFoundError
from tapdb_ctl.euid import parse_euid
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy.orm import Session

Ref: TypeAlias = generic_instance | str | int
"""An instance, the EUID of one, or its uuid."""


class Named(NamedTuple):
    """What it takes to link an instance, or to speak of it."""

    uuid: int
    euid: str
    kind: str
    template_uuid: int


def uuids(session: Session, refs: Sequence[Ref]) -> list[int]:
    """The uuids of instances, in order; at most one statement, and none where no EUID is among them.

    Deleted ones count too. Raises InvalidInputError for malformed EUIDs and NotFoundError for those that are nobody's,
    all at once.
    """
    found = _read(session, [ref for ref in refs if isinstance(ref, str)], [])
    return [found[ref].uuid if isinstance(ref, str) else ref if isinstance(ref, int) else ref.uuid for ref in refs]


def named(session: Session, refs: Sequence[Ref]) -> list[Named]:
    """Who the instances are, in order; one statement at most, none where all are objects. Raises as `uuids` does."""
    found = _read(session, [r for r in refs if isinstance(r, str)], [r for r in refs if isinstance(r, int)])
    return [found[ref] if isinstance(ref, str | int) else _of(ref) for ref in refs]


def instances(session: Session, uuids: Collection[int]) -> dict[int, generic_instance]:
    """The objects of uuids, deleted ones too, as far as they are there; one statement at most."""
    if not uuids:
        return {}
    query = select(generic_instance).where(generic_instance.uuid == any_(literal(list(uuids), ARRAY(BIGINT))))
    return {instance.uuid: instance for instance in session.scalars(query)}


def _of(instance: generic_instance) -> Named:
    return Named(instance.uuid, instance.euid, instance.polymorphic_discriminator, instance.template_uuid)


_NAMED = (bindparam("euids", type_=ARRAY(Text)), bindparam("uuids", type_=ARRAY(BIGINT)))


def _read(session: Session, euids: list[str], numbers: list[int]) -> dict[str | int, Named]:
    sendable = [euid for euid in euids if euid.isascii() and euid.isprintable()]
    found: dict[str | int, Named] = {}
    if sendable or numbers:
        rows = session.execute(statement("named").bindparams(*_NAMED), {"euids": sendable, "uuids": numbers})
        for row in map(Named._make, rows):
            found[row.uuid] = found[row.euid] = row
    _all_there(found, (*euids, *numbers))
    return found


def _all_there(found: dict[str | int, Named], wanted: Iterable[str | int]) -> None:
    """Raise for those that are not; only these are looked at closely, since that takes longer than to find one."""
    missing = [ref for ref in dict.fromkeys(wanted) if ref not in found]
    if wrong := [finding for ref in missing if isinstance(ref, str) and (finding := _malformed(ref))]:
        raise InvalidInputError(*wrong)
    if missing:
        raise NotFoundError(*(Finding("RUN002", "there is no such instance", str(ref)) for ref in missing))


def _malformed(euid: str) -> Finding | None:
    try:
        parse_euid(euid)
    except ValueError as error:
        return Finding("RUN001", "this is no EUID", str(error))
    return None
