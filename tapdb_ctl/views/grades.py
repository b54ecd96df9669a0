"""What a template's change means to those who use it, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Replace, Update
from tapdb_ctl.core.grading import Kind
from tapdb_ctl.views.text import Paint, Style, counted, printable, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.plan import PlannedChange

REASONS = 3
"""Reasons that are shown; they are sorted, the worst first."""

_WIDTH = 110


def graded(planned: PlannedChange, paint: Paint) -> Iterator[str]:
    """The grade and its first reasons; nothing for what is made or retired, which says enough."""
    grade = planned.grade
    if grade is None or not isinstance(planned.change, Update | Replace):
        return
    label = f"{grade.kind}: "
    style = Style.WARNING if grade.kind is Kind.BREAKING else Style.FAINT
    for number, reason in enumerate(grade.reasons[:REASONS]):
        lead = paint(label, style) if number == 0 else " " * len(label)
        yield f"{lead}{printable(shortened(reason, _WIDTH))}"
    if rest := grade.reasons[REASONS:]:
        yield f"{' ' * len(label)}and {counted(len(rest), 'more reason')}"
