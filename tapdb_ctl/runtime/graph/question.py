"""One question about the graph: from where, how far, and in which session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from tapdb_ctl.errors import Finding, NotFoundError
from tapdb_ctl.runtime.graph.statements import walk
from tapdb_ctl.runtime.history.reach import require_history
from tapdb_ctl.runtime.refs import label, uuids

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import CursorResult, Result, TextClause
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.graph.scope import Scope
    from tapdb_ctl.runtime.graph.statements import Asked, Met
    from tapdb_ctl.runtime.refs import Ref


@dataclass(frozen=True, slots=True)
class Question:
    """A walk to be asked of; `origins` is None where it begins at every instance."""

    session: Session
    origins: tuple[Ref, ...] | None
    scope: Scope

    def ask(self, asked: Asked, met: Met = "all", *, batch: int | None = None, goal: int | None = None) -> Result[Any]:
        """Execute the statement; in batches through a cursor of the server, at once without."""
        values = self.parameters() | ({} if goal is None else {"goal": goal})
        return self.session.execute(self.statement(asked, met), values, execution_options=cursor(batch))

    def statement(self, asked: Asked, met: Met = "all") -> TextClause:
        """The statement, its values to be bound."""
        return walk(asked, self.scope, met=met, everywhere=self.origins is None)

    def parameters(self) -> dict[str, Any]:
        """The values of the statement; what the session has not written yet is written before they are looked up."""
        if self.session.autoflush:
            self.session.flush()
        origins = None if self.origins is None else uuids(self.session, self.origins)
        if self.scope.as_of:
            require_history(self.session, origins, self.scope.as_of)
        return self.scope.parameters(origins)

    def require(self, met: Collection[int] = ()) -> None:
        """Raise NotFoundError for origins that were not met and are no live instances at that time."""
        if self.origins is None:
            return
        named = dict(zip(uuids(self.session, self.origins), self.origins, strict=True))
        if not named.keys() <= set(met):
            live = {row.uuid for row in replace(self, scope=replace(self.scope, depth=0)).ask("rows")}
            if missing := [ref for uuid, ref in named.items() if uuid not in live]:
                raise NotFoundError(*(Finding("RUN023", "no live instance is this", label(ref)) for ref in missing))


def cursor(batch: int | None) -> dict[str, int]:
    """The execution options that fetch so many rows at once from the server."""
    return {} if batch is None else {"yield_per": batch}


def driver_rows(result: Result[Any]) -> Sequence[Any]:
    """All rows as the driver has them; where nothing is to be converted, SQLAlchemy's own cost a fifth of a walk."""
    with cast("CursorResult[Any]", result) as found:
        assert found.cursor is not None
        return found.cursor.fetchall()
