"""How callers name an instance: by the object, its uuid, or its EUID."""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import repr as repr_short
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from sqlalchemy import ARRAY, BIGINT, Text, any_, bindparam, inspect, literal, select

from tapdb_ctl.errors import Finding, InvalidInputError, NotFoundError
from tapdb_ctl.euid import parse_euid
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

Ref: TypeAlias = generic_instance | str | int
"""An instance, the EUID of one, or its uuid."""


class Named(NamedTuple):
    """What it takes to link an instance, or to speak of it."""

    uuid: int
    euid: str
    kind: str
    template_uuid: int
    is_deleted: bool = False


def uuids(session: Session, refs: Sequence[Ref]) -> list[int]:
    """The uuids of instances, in order; at most one statement, and none where no EUID is among them.

    Deleted ones count too. Raises InvalidInputError for what names no instance and NotFoundError for names that are
    nobody's, all at once.
    """
    keys = _keys(refs)
    found = _read(session, [key for key in keys if isinstance(key, str) or not _is_sendable(key)])
    return [found[key].uuid if isinstance(key, str) else key for key in keys]


def named(session: Session, refs: Sequence[Ref]) -> list[Named]:
    """Who the instances are, in order; one statement at most, none where all are loaded objects. Raises as `uuids`."""
    keys = _keys(refs)
    found: dict[str | int, Named] = dict(filter(None, (_loaded(session, ref) for ref in refs)))
    found |= _read(session, [key for key in keys if key not in found])
    return [found[key] for key in keys]


def several(refs: Iterable[Ref]) -> list[Ref]:
    """The names as a list; raises InvalidInputError for one by itself, whose characters would be taken for names."""
    if isinstance(refs, Iterable) and not isinstance(refs, str | bytes):
        return list(refs)
    detail = f"{repr_short(refs)} is no list of them"
    raise InvalidInputError.of("RUN016", "several instances are wanted", detail, "give [instance], even for one")


def label(ref: Ref) -> str:
    """What people call the instance, as far as it can be told without reading anything."""
    if isinstance(ref, generic_instance):
        return str(inspect(ref).dict.get("euid") or _key(ref) or ref)
    return str(ref)


def instances(session: Session, uuids: Collection[int]) -> dict[int, generic_instance]:
    """The objects of uuids, deleted ones too, as far as they are there; one statement at most."""
    if not uuids:
        return {}
    query = select(generic_instance).where(generic_instance.uuid == any_(literal(list(uuids), ARRAY(BIGINT))))
    return {instance.uuid: instance for instance in session.scalars(query)}


def _keys(refs: Sequence[Ref]) -> list[str | int]:
    keys = list(map(_key, refs))
    if None in keys:
        raise InvalidInputError(*(_nameless(ref) for ref, key in zip(refs, keys, strict=True) if key is None))
    return cast("list[str | int]", keys)


def _key(ref: object) -> str | int | None:
    """What to look for; an object's identity is there even when all that it has loaded is expired."""
    if isinstance(ref, generic_instance):
        return identity[0] if (identity := inspect(ref).identity) else None
    return ref if isinstance(ref, str | int) and not isinstance(ref, bool) else None


def _nameless(ref: object) -> Finding:
    if isinstance(ref, generic_instance):
        detail, hint = f"{ref!r} is not in the database", "add it to the session and flush"
    else:
        detail, hint = repr_short(ref), "give the object, its EUID, or its uuid"
    return Finding("RUN015", "this names no instance", detail, hint)


def _loaded(session: Session, ref: Ref) -> tuple[int, Named] | None:
    """What an object of this session says of itself without being read; those of others may be long out of date."""
    if not isinstance(ref, generic_instance) or ref not in session:
        return None
    if not (held := inspect(ref).dict).keys() >= set(_SAID):
        return None
    return held["uuid"], Named(*(held[key] for key in _SAID))


_SAID = ("uuid", "euid", "polymorphic_discriminator", "template_uuid", "is_deleted")
_NAMED = (bindparam("euids", type_=ARRAY(Text)), bindparam("uuids", type_=ARRAY(BIGINT)))


def _is_sendable(key: str | int) -> bool:
    """Whether the server can be asked for it; it can be nobody's name otherwise."""
    return abs(key) < 1 << 63 if isinstance(key, int) else key.isascii() and key.isprintable()


def _read(session: Session, keys: Collection[str | int]) -> dict[str | int, Named]:
    sendable = [key for key in keys if _is_sendable(key)]
    found: dict[str | int, Named] = {}
    if sendable:
        euids = [key for key in sendable if isinstance(key, str)]
        values = {"euids": euids, "uuids": [key for key in sendable if isinstance(key, int)]}
        for row in map(Named._make, session.execute(statement("named").bindparams(*_NAMED), values)):
            found[row.uuid] = found[row.euid] = row
    _all_there(found, keys)
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
