"""A plan as a script for psql: the statements that apply would run, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.step import Call, Phase, Step, identifier
from tapdb_ctl.views import human
from tapdb_ctl.views.documents import line
from tapdb_ctl.views.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.plan import Plan, PlannedChange

_NOTICE = """\
-- To read, or to run with `psql -f`. Run this way it neither compares the database with the plan nor proves the
-- result, and it writes no ledger entry and no ownership: tapdb will treat the templates as made by somebody else.
-- `tapdb apply` does all of that.
\\set ON_ERROR_STOP on
"""

# The same settings that tapdb's own sessions pin, as far as they bear on what a statement means.
_SETTINGS = """\
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL standard_conforming_strings = on;
SET LOCAL client_min_messages = warning;
"""


def script(plan: Plan, *, schema: str, tapdb_version: str) -> Iterator[str]:
    """The script in pieces, each ending with a line break; `schema` is what unqualified names mean."""
    yield f"-- tapdb {tapdb_version}, environment {printable(plan.environment)}: {human.numbers(plan.summary)}\n"
    yield f"-- live fingerprint {plan.fingerprint}\n"
    yield _NOTICE
    for phase in Phase:
        body = [piece for planned in plan.changes for piece in _pieces(planned, phase)]
        if not body:
            continue
        yield f"\n-- phase: {phase}\n"
        path = f"search_path = {identifier(schema)}, pg_temp;\n"
        if phase is Phase.TRANSACTION:
            body = ["BEGIN;\n", f"SET LOCAL {path}", _SETTINGS, *body, "COMMIT;\n"]
        elif phase is Phase.CONCURRENT:
            body = [f"SET {path}", *body]
        yield from body


def _pieces(planned: PlannedChange, phase: Phase) -> Iterator[str]:
    steps = [step for step in planned.steps if step.phase is phase]
    for step in steps:
        yield f"\n-- {printable(str(planned.change.address))}: {printable(step.title)}\n{_statement(step)}\n"
    if steps and phase is Phase.DATABASE:
        yield f"\\connect {identifier(planned.change.address.name)}\n"


def _statement(step: Step) -> str:
    if isinstance(step.act, Call):
        return f"-- not SQL; tapdb calls {printable(step.act.name)} {printable(line(dict(step.act.arguments)))}"
    text = step.act.rendered().strip()
    return text if text.endswith(";") else f"{text};"
