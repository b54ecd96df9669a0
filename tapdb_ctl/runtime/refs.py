"""How callers name an instance: by the object, its uuid, or its EUID."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import ARRAY, Text, bindparam

from tapdb_ctl.errors import Finding, InvalidInputError, NotFoundError
from tapdb_ctl.euid import parse_euid
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

Ref: TypeAlias = generic_instance | str | int
"""An instance, the EUID of one, or its uuid."""


def uuids(session: Session, refs: Sequence[Ref]) -> list[int]:
    """The uuids of instances, in order, with one statement where EUIDs are among them; deleted ones count too.

    Raises InvalidInputError for a malformed EUID and NotFoundError for those that are nobody's, all at once.
    """
    euids = [ref for ref in refs if isinstance(ref, str)]
    found = _looked_up(session, euids) if euids else {}
    return [found[ref] if isinstance(ref, str) else ref if isinstance(ref, int) else ref.uuid for ref in refs]


def _looked_up(session: Session, euids: list[str]) -> dict[str, int]:
    wrong = [finding for euid in dict.fromkeys(euids) if (finding := _malformed(euid))]
    if wrong:
        raise InvalidInputError(*wrong)
    query = statement("uuids_of_euids").bindparams(bindparam("euids", type_=ARRAY(Text)))
    found = {row.euid: row.uuid for row in session.execute(query, {"euids": euids})}
    if missing := [euid for euid in dict.fromkeys(euids) if euid not in found]:
        raise NotFoundError(*(Finding("RUN002", "no instance has this EUID", euid) for euid in missing))
    return found


def _malformed(euid: str) -> Finding | None:
    try:
        parse_euid(euid)
    except ValueError as error:
        return Finding("RUN001", "this is no EUID", str(error))
    return None
