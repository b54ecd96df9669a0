"""EUIDs as people type them: refused when they cannot be right, with those that may have been meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.euid import likely_euids, parse_euid

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session

_SHOWN = 3


def spelt(session: Session, euid: str, known: InstrumentedAttribute[Any]) -> str:
    """The EUID as it is; raises InvalidInputError for a malformed one.

    The hint then names those of the column `known` that one slip turns into it: one more statement.
    """
    if not isinstance(euid, str):
        raise InvalidInputError.of("RUN001", "this is no EUID", f"{euid!r} is no text")
    try:
        parse_euid(euid)
    except ValueError as error:
        raise InvalidInputError.of("RUN001", "this is no EUID", str(error), _meant(session, euid, known)) from error
    return euid


def _meant(session: Session, euid: str, known: InstrumentedAttribute[Any]) -> str:
    if not (likely := likely_euids(euid)):
        return ""
    there = set(session.scalars(select(known).where(known.in_(likely)).distinct()))
    found = [each for each in likely if each in there][:_SHOWN]
    return f"did you mean {' or '.join(found)}?" if found else ""
