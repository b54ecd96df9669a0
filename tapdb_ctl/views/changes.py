"""One change as a block of lines, as Terraform's users know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core.change import (
    ADOPTED,
    MOVED,
    RENAMED,
    REVIVED,
    TAKEN_OVER,
    Adopt,
    Change,
    Create,
    Delete,
    Replace,
    Update,
    is_import,
)
from tapdb_ctl.core.guard import REWRITE
from tapdb_ctl.core.jsonvalue import Absent, differences
from tapdb_ctl.core.step import Phase
from tapdb_ctl.views.causes import note
from tapdb_ctl.views.grades import graded
from tapdb_ctl.views.reach import reach
from tapdb_ctl.views.text import Paint, Style, counted, printable
from tapdb_ctl.views.values import either, expanded, pair_text, path_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import Attributes, Difference
    from tapdb_ctl.core.plan import PlannedChange
    from tapdb_ctl.core.resource import Resource
    from tapdb_ctl.core.step import Step

LINES = 40
"""Attribute lines that a block shows; a template of 30 kB would bury its neighbours otherwise."""

_REASONS = {
    REVIVED: "it was retired and is declared again; it keeps its row and its EUID",
    RENAMED: "renamed from {address}; it keeps its row, its EUID and its instances",
    ADOPTED: "nobody owned it; catalogue {owner} owns it from now on",
    MOVED: "it moves from catalogue {former} to catalogue {owner}",
    TAKEN_OVER: "taken over from catalogue {former}; catalogue {owner} owns it from now on",
    "online": "",  # the steps say what it means
    "new table": "",
}


class Verb(NamedTuple):
    """How a kind of change is announced."""

    symbol: str
    future: str
    past: str
    style: Style


VERBS: dict[type[Change], Verb] = {
    Create: Verb("+", "will be created", "was created", Style.ADD),
    Update: Verb("~", "will be updated in-place", "was updated in-place", Style.CHANGE),
    Replace: Verb("-/+", "must be replaced", "was replaced", Style.DESTROY),
    Delete: Verb("-", "will be destroyed", "was destroyed", Style.DESTROY),
    Adopt: Verb("<-", "will be adopted", "was adopted", Style.IMPORT),
}


def block(planned: PlannedChange, paint: Paint, *, done: bool = False) -> Iterator[str]:
    """The lines of one change, all of them when it is `done`, without the empty line that parts blocks."""
    change = planned.change
    verb, address = VERBS[type(change)], printable(str(change.address))
    yield paint(f"  # {address} {verb.past if done else verb.future}", Style.HEADING)
    if why := _reason(change):
        yield f"  # ({why})"
    if whole := note(planned):
        yield f"  # ({whole})"
    yield f"{paint(f'{verb.symbol:>3}', verb.style)} {address}"
    yield from _body(planned, paint) if done else _limited(_body(planned, paint))
    yield from (f"        # {line}" for line in (*graded(planned, paint), *reach(planned.impact)))
    for step in planned.steps:
        yield from (paint(f"      ! {printable(step.title)}: {what}", style) for what, style in _warnings(step))


def _warnings(step: Step) -> Iterator[tuple[str, Style]]:
    """What is to be known of a step before it is approved."""
    if step.data_loss:
        yield "data will be lost", Style.ERROR
    if step.consent == REWRITE:
        yield f"copies {', '.join(step.tables)} while nobody may use it", Style.ERROR
    if step.phase is Phase.CONCURRENT:
        kept = "locks for a moment" if step.lock == "ACCESS EXCLUSIVE" else "lets others write"
        yield f"follows the transaction, and {kept}", Style.FAINT


def _reason(change: Change) -> str:
    match change:
        case Update(before=old, after=new, reason=str(reason)) | Adopt(before=old, after=new, reason=str(reason)):
            reasons = [_REASONS.get(reason, reason)]
            if reason in {RENAMED, REVIVED} and is_import(change):
                reasons.append(_REASONS[ADOPTED if old.owner is None else TAKEN_OVER])
            return printable("; ".join(reasons).format(address=old.address, former=old.owner, owner=new.owner))
        case Delete() if change.address.type == "template":
            return "retired: its row stays, marked as deleted, and its instances stay as they are"
        case _:
            return ""


def _body(planned: PlannedChange, paint: Paint) -> Iterator[str]:
    match planned.change:
        case Create(after=new):
            yield from _whole(new.document, paint(" +", Style.ADD))
        case Delete(before=old):
            yield from _whole(old.document, paint(" -", Style.DESTROY))
        case Update(before=old, after=new) | Adopt(before=old, after=new) | Replace(before=old, after=new):
            yield from _parts(_before(old, new), new.document, planned, paint)


def _before(old: Resource, new: Resource) -> Attributes:
    """The document as it was; what nobody owned was not protected either."""
    unprotected = {"prevent_destroy": False} if new.owner and old.owner is None else {}
    return {**old.document, **unprotected}


def _whole(document: Attributes, symbol: str) -> Iterator[str]:
    for path, value in expanded(document):
        yield f"     {symbol} {path_text(path)}: {value_text(value)}"


def _parts(old: Attributes, new: Attributes, planned: PlannedChange, paint: Paint) -> Iterator[str]:
    changed = list(differences(old, new))
    for difference in changed:
        yield " ".join((_difference(difference, paint), *_remarks(difference, planned, paint)))
    hidden = len((old.keys() | new.keys()) - {difference.path[0] for difference in changed})
    if hidden:
        yield paint(f"        # ({counted(hidden, 'unchanged attribute')} hidden)", Style.FAINT)


def _remarks(difference: Difference, planned: PlannedChange, paint: Paint) -> Iterator[str]:
    change = planned.change
    if isinstance(change, Replace) and difference.path and str(difference.path[0]) in change.paths:
        yield paint("# forces replacement", Style.DESTROY)
    if drift := note(planned, difference.path):
        yield paint(f"# {drift}", Style.FAINT)


def _difference(difference: Difference, paint: Paint) -> str:
    path = path_text(difference.path)
    if isinstance(difference.before, Absent):
        return f"     {paint(' +', Style.ADD)} {path}: {value_text(either(difference.after))}"
    if isinstance(difference.after, Absent):
        return f"     {paint(' -', Style.DESTROY)} {path}: {value_text(difference.before)}"
    old, new = pair_text(difference.before, difference.after)
    return f"     {paint(' ~', Style.CHANGE)} {path}: {old} -> {new}"


def _limited(lines: Iterator[str]) -> Iterator[str]:
    """The first lines, and how many there are beyond them."""
    for _, line in zip(range(LINES), lines, strict=False):
        yield line
    if rest := sum(1 for _ in lines):
        yield f"        # ({counted(rest, 'more line')}; `tapdb plan --json` has them all)"
