"""What a plan tells about a change beside what it does, as JSON-ready values, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapdb_ctl.core.attribution import Attribution, Cause, Touch
from tapdb_ctl.core.grading import Grade, Kind
from tapdb_ctl.core.impact import Count, Impact, Unsatisfied

if TYPE_CHECKING:
    from tapdb_ctl.core.plan import PlannedChange

Document = dict[str, Any]


def notes_out(planned: PlannedChange) -> Document:
    """The members `grade`, `blast_radius` and `attribution` of a change; null where there is nothing to tell."""
    return {
        "grade": planned.grade and {"kind": str(planned.grade.kind), "reasons": list(planned.grade.reasons)},
        "blast_radius": planned.impact and _impact_out(planned.impact),
        "attribution": planned.attribution and _attribution_out(planned.attribution),
    }


def notes_in(item: Document) -> Document:
    """The same as arguments of PlannedChange."""
    grade, impact, attribution = item["grade"], item["blast_radius"], item["attribution"]
    return {
        "grade": grade and Grade(Kind(grade["kind"]), tuple(grade["reasons"])),
        "impact": impact and _impact_in(impact),
        "attribution": attribution and _attribution_in(attribution),
    }


def _impact_out(impact: Impact) -> Document:
    return {
        "instances": _count_out(impact.instances),
        "edges": _count_out(impact.edges),
        "layouts": list(impact.layouts),
        "unsatisfied": impact.unsatisfied and _count_out(impact.unsatisfied),
        "examples": [{"euid": e.euid, "path": e.path, "rule": e.rule} for e in impact.examples],
        "behind": [{"prefix": prefix, **_count_out(count)} for prefix, count in impact.behind],
    }


def _impact_in(item: Document) -> Impact:
    return Impact(
        instances=_count_in(item["instances"]),
        edges=_count_in(item["edges"]),
        layouts=tuple(item["layouts"]),
        unsatisfied=item["unsatisfied"] and _count_in(item["unsatisfied"]),
        examples=tuple(Unsatisfied(**example) for example in item["examples"]),
        behind=tuple((each["prefix"], _count_in(each)) for each in item["behind"]),
    )


def _count_out(count: Count) -> Document:
    return {"number": count.number, "at_least": count.at_least}


def _count_in(item: Document) -> Count:
    return Count(int(item["number"]), item["at_least"] is True)


def _attribution_out(attribution: Attribution) -> Document:
    return {
        "cause": str(attribution.cause),
        "paths": [{"path": list(path), "cause": str(cause)} for path, cause in attribution.paths.items()],
        "applied": attribution.applied,
        "touches": [touch_out(touch) for touch in attribution.touches],
    }


def touch_out(touch: Touch) -> Document:
    """Who changed what, when."""
    return {"by": touch.by, "at": touch.at, "what": list(touch.what)}


def _attribution_in(item: Document) -> Attribution:
    return Attribution(
        Cause(item["cause"]),
        {tuple(each["path"]): Cause(each["cause"]) for each in item["paths"]},
        item["applied"],
        tuple(Touch(t["by"], t["at"], tuple(t["what"])) for t in item["touches"]),
    )
