"""How far back the audit log reaches; its owner may have retired what is old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, BIGINT, Boolean, DateTime, bindparam

from tapdb_ctl.errors import Finding, NotFoundError
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

_BOUND = (
    bindparam("everywhere", type_=Boolean),
    bindparam("uuids", type_=ARRAY(BIGINT)),
    bindparam("as_of", type_=DateTime(timezone=True)),
)


def require_history(session: Session, uuids: Sequence[int] | None, time: datetime) -> None:
    """Raise NotFoundError for instances, of all where none are named, whose state at the time nobody knows any more.

    The oldest rows of the log are retired first: what happened after any row that is left is there, and so is all that
    happened to an instance whose beginning is.
    """
    values = {"everywhere": uuids is None, "uuids": list(uuids or ()), "as_of": time}
    lost = session.scalars(statement("history_missing").bindparams(*_BOUND), values).all()
    if lost:
        hint = "Older rows were retired by tapdb_retire_audit(); look in the archive that they went to."
        said = [f"{euid} at {time.isoformat()}" for euid in lost]
        raise NotFoundError(
            *(Finding("RUN025", "the audit log does not reach back to this time", each, hint) for each in said)
        )
