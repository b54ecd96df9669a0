"""Documents that go through the session's flush: what hooks leave alone is written as its text says, digit by digit."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.orm.attributes import set_committed_value

from tapdb_ctl.runtime.bulk.exact import same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.models import generic_instance


@contextmanager
def exactly(
    session: Session,
    rows: Sequence[generic_instance],
    texts: Mapping[int, str],
    write: Callable[[Mapping[int, str]], Mapping[int, datetime]],
) -> Iterator[None]:
    """Within, the next flush has `write` send the texts, by uuid, of rows that hold nothing else by then.

    The ORM would write fractions as floats. `write` gives the times at which rows were changed.
    """
    left = [row for row in rows if row.uuid in texts]

    def send(*_: Any) -> None:  # noqa: ANN401 - what SQLAlchemy hands over
        alike = {row.uuid: row for row in left if row in session and same(row.json_addl, json.loads(texts[row.uuid]))}
        left.clear()
        written = write({uuid: texts[uuid] for uuid in alike}) if alike else {}
        for uuid, row in alike.items():
            set_committed_value(row, "json_addl", row.json_addl)
            if uuid in written:
                set_committed_value(row, "modified_dt", written[uuid])

    event.listen(session, "before_flush", send)
    try:
        yield
    finally:
        event.remove(session, "before_flush", send)
