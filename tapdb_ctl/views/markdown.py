"""A plan as Markdown, for the comment on a pull request and the summary of a job.

Whatever came from a manifest or a database stands in code blocks and spans, where the hosts of Markdown make neither
markup nor links nor mentions of it. What risks most comes first, so that what has no room is what risks least.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Adopt, Change, Create, Delete, Replace, Update
from tapdb_ctl.core.grading.kinds import Kind
from tapdb_ctl.core.guard import demands
from tapdb_ctl.errors import Severity
from tapdb_ctl.views import human
from tapdb_ctl.views.changes import VERBS, block
from tapdb_ctl.views.fences import fenced, fitting, hidden, size, span
from tapdb_ctl.views.findings import findings, tally
from tapdb_ctl.views.text import PLAIN, counted, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.plan import Plan, PlannedChange

COMMENT = 65_000
"""Bytes of a comment. GitHub refuses one of more than 65,536 characters, and a bot may want to add a line."""

_NOTE = 600
"""Bytes that are kept free for the line about what is left out."""

_BLOCK = 8_000
"""Bytes of one resource's lines: a single one must not keep all others out."""

_DESTROYS, _BREAKS, _UPDATES, _ADOPTS, _CREATES = range(5)
_RISKS: dict[type[Change], int] = {
    Delete: _DESTROYS,
    Replace: _DESTROYS,
    Update: _UPDATES,
    Adopt: _ADOPTS,
    Create: _CREATES,
}
_SYMBOL = re.compile(r"( *)([-+~!])(?= )")


def comment(made: Plan, limit: int = COMMENT) -> str:
    """The plan, shortened to `limit` bytes, below a hidden line by which a bot finds its comment again."""
    first = f"<!-- tapdb-plan: {hidden(made.environment)} {hidden(made.target)} -->\n"
    return first + plan(made, limit - len(first))


def plan(made: Plan, limit: int) -> str:
    """The plan, shortened to `limit` bytes of UTF-8."""
    head = [_heading(made), *_alerts(made)]
    found = list(_findings(made, limit // 3))
    room = limit - _NOTE - sum(map(size, (*head, *found)))
    shown: list[str] = []
    for planned in (ranked := sorted(made.changes, key=_risk)):
        text = _details(planned)
        if (room := room - size(text)) < 0:
            break
        shown.append(text)
    return "\n\n".join([*head, *_left_out(ranked[len(shown) :], len(ranked)), *found, *shown]) + "\n"


def _heading(made: Plan) -> str:
    """Names the environment, so that several comments on one pull request can be told apart."""
    numbers = human.numbers(made.summary) if made.changes else "no changes"
    return f"## Plan for {span(made.environment)}: {numbers}"


def _alerts(made: Plan) -> Iterator[str]:
    if made.errors:
        yield f"> [!CAUTION]\n> {human.UNFIT}"
    elif not made.changes:
        yield human.UNCHANGED_WITHIN if human.narrowed(made) else human.UNCHANGED
    asked = [f"> - {what}: apply asks for `--allow-destroy {kind}`." for kind, what in demands(made.changes)]
    if asked:
        yield "\n".join(["> [!WARNING]", *asked])


def _findings(made: Plan, room: int) -> Iterator[str]:
    if found := sorted(human.shown(made), key=lambda finding: list(Severity).index(finding.severity)):
        yield f"**{tally(found)}**"
        yield fenced("text", fitting(findings(found, PLAIN), room))


def _details(planned: PlannedChange) -> str:
    """One resource, to be unfolded; what destroys or breaks is unfolded already."""
    first, *rest = block(planned, PLAIN)
    summary = f"{VERBS[type(planned.change)].symbol} {first.strip().removeprefix('# ')}"
    diff = fenced("diff", fitting(map(_coloured, rest), _BLOCK))
    opened = " open" if _risk(planned) <= _BREAKS else ""
    return f"<details{opened}><summary><code>{escape(printable(summary))}</code></summary>\n\n{diff}\n\n</details>"


def _risk(planned: PlannedChange) -> int:
    if any(step.data_loss or step.consent for step in planned.steps):
        return _DESTROYS
    breaks = planned.grade is not None and planned.grade.kind is Kind.BREAKING
    return min(_RISKS[type(planned.change)], _BREAKS if breaks else _CREATES)


def _coloured(line: str) -> str:
    """The line with its symbol in front, where `diff` sees it; a change is `!` there."""
    if not (match := _SYMBOL.match(line)):
        return line
    return f"{'!' if match[2] == '~' else match[2]}{match[1]}{line[match.end() :]}"


def _left_out(rest: list[PlannedChange], total: int) -> Iterator[str]:
    if rest:
        counts = Counter(VERBS[type(planned.change)].future for planned in rest)
        parts = ", ".join(f"{number:,} {future}" for future, number in sorted(counts.items()))
        yield (
            f"> [!NOTE]\n> Shortened: {len(rest):,} of {counted(total, 'resource')} left out ({parts}). What "
            "destroys or loses data stands first. `tapdb show FILE` prints all of a saved plan."
        )
