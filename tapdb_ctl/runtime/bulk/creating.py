"""create_instances: many rows of one template, all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.runtime.bulk.rows import Refused, refuse
from tapdb_ctl.runtime.bulk.sowing import Seed
from tapdb_ctl.runtime.session import writing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.bulk.rows import Given
    from tapdb_ctl.runtime.bulk.sowing import Field


def created(session: Session, field: Field, rows: Iterable[Given]) -> list[str]:
    """The EUIDs of the rows' instances, in order; raises InvalidInputError with all refusals of a batch."""
    writing(session)
    euids: list[str] = []
    with session.begin_nested():
        for batch in field.batches(enumerate(rows, 1)):
            refuse("row", (item for item in batch if isinstance(item, Refused)))
            euids += field.sown(session, [item for item in batch if isinstance(item, Seed)])
    return euids
