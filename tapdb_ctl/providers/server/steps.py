"""Changes to steps: a server is made and started, never converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Create, Update
from tapdb_ctl.core.step import Call, Phase, Step
from tapdb_ctl.errors import ServerError

if TYPE_CHECKING:
    from tapdb_ctl.core.change import Change

INITIALISE = "server.initialise"
START = "server.start"


def steps(change: Change) -> tuple[Step, ...]:
    """The acts that make one change.

    Raises ServerError for another major version: a data directory keeps the one that made it
    (https://www.postgresql.org/docs/current/upgrading.html).
    """
    match change:
        case Create(after=server):
            major = server.attributes["major"]
            return (
                Step(f"initialise PostgreSQL {major}", Call(INITIALISE, {"major": major}), Phase.SERVER),
                Step(f"start PostgreSQL {major}", Call(START), Phase.SERVER),
            )
        case Update(before=found, after=wanted):
            raise _other_major(found.attributes["major"], wanted.attributes["major"])
        case _:
            raise NotImplementedError(f"{change.address}: the data of an embedded server is never removed by a plan")


def _other_major(found: object, wanted: object) -> ServerError:
    return ServerError.of(
        "SRV019",
        "the server's data is of another PostgreSQL major version",
        f"the data directory was made by {found}, the manifest wants {wanted}; PostgreSQL cannot open it with that",
        f"set `version: {found}` under `database`; or dump the database with {found}'s pg_dump, "
        f"name a new `data_dir`, apply, and restore",
    )
