"""What is said of drift: in its own report, in its document, and in plans."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonschema

from goldens import assert_golden
from hand_made import GONE, PLATE, PLATE_AFTER, PREFIX, WARNING, plan_of
from tapdb_ctl.assets import asset
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.attribution import Past, Touch, attributed
from tapdb_ctl.core.change import Create, Delete, Update
from tapdb_ctl.core.document import to_document
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.views import documents, drift, human
from tapdb_ctl.views.text import PLAIN
from worlds import tubes

if TYPE_CHECKING:
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.plan import Plan

JANE = Touch("jane \x1b[31m", "2026-11-21T10:15:00Z", ("bstatus",))
MORE = tuple(Touch(f"user {number}", "2026-11-20T08:00:00Z", ("json_addl",)) for number in range(3))


def changed(resource: Resource, **attributes: Any) -> Resource:
    return replace(resource, attributes={**resource.attributes, **attributes})


def explained(*pairs: tuple[Change, Past | None]) -> Plan:
    """A plan that knows the past of its changes."""
    plan = plan_of(*(change for change, _ in pairs), findings=(WARNING,))
    told = zip(plan.changes, pairs, strict=True)
    return replace(plan, changes=tuple(replace(p, attribution=attributed(p.change, past)) for p, (_, past) in told))


LIVE = changed(PLATE, bstatus="broken")
COLOUR = Resource(Address("schema", "column/generic_instance.colour"), {"type": "text"}, surplus=True)
TUBE, OTHER, NEW, *_ = tubes(3)
PLAN = explained(
    (Create(PREFIX), Past(PREFIX.document)),
    (Create(TUBE), Past(changed(TUBE, name="old").document)),
    (Create(NEW), Past(None)),
    (Update(LIVE, PLATE_AFTER), Past(PLATE.document, (JANE, *MORE))),
    (Update(changed(OTHER, name="odd"), OTHER), Past(OTHER.document)),
    (Update(changed(TUBE, name="left"), TUBE), None),
    (Delete(GONE), Past(GONE.document)),
    (Delete(changed(GONE, name="edited")), Past(GONE.document, (JANE,))),
    (Delete(COLOUR), None),
)


def text(lines: Any) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_the_report() -> None:
    assert_golden("views/drift.txt", text(drift.lines(PLAN, PLAIN)))


def test_a_plan_marks_what_drifted() -> None:
    assert_golden("views/plan_with_drift.txt", text(human.lines(PLAN, PLAIN)))


def test_nothing_differs_is_one_line() -> None:
    assert list(drift.lines(plan_of(), PLAIN)) == ["No differences. Live state matches the configuration."]


def test_many_differences_are_counted() -> None:
    lines = list(drift.lines(plan_of(*map(Create, tubes(1_000))), PLAIN))
    assert lines[-1] == "1,000 differences: 1,000 unknown."
    assert "  # and 800 more differences; --json has them all, --target narrows" in lines


def schema(kind: str) -> Any:
    return json.loads(asset(f"schema/{kind}.schema.json").read_text())


def validate(document: Any, kind: str) -> None:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.validate(document, schema(kind), cls=jsonschema.Draft202012Validator, format_checker=checker)


def test_the_document_holds_all_of_it() -> None:
    document = json.loads(documents.drift(PLAN, tapdb_version="0", timestamp="2026-11-21T10:15:00+00:00"))
    validate(document, "drift")
    assert document["summary"] == {"differences": 9, "manifests": 2, "drift": 3, "both": 3, "unknown": 1}
    plate = next(each for each in document["differences"] if "plate/p96" in each["address"])
    assert plate["touches"][0] == {"by": JANE.by, "at": JANE.at, "what": ["bstatus"]}
    sides = {".".join(map(str, each["path"])): each for each in plate["paths"]}
    assert sides["bstatus"] == {
        "path": ["bstatus"],
        "cause": "both",
        "applied": "active",
        "live": "broken",
        "desired": "active 2",
    }
    assert sides["json_addl.action_imports"].keys() == {"path", "cause", "applied", "live"}, (
        "what is absent is left out"
    )


def test_the_plan_document_tells_what_drifted() -> None:
    document = json.loads(json.dumps(to_document(PLAN, tapdb_version="0", timestamp="2026-11-21T10:15:00+00:00")))
    validate(document, "plan")
    drifted = document["resource_drift"]
    assert [each["change"]["actions"] for each in drifted] == [
        ["delete"],
        ["delete"],
        ["update"],
        ["update"],
        ["update"],
        ["create"],
    ]
    plate = drifted[2]
    assert plate["change"]["before"] == PLATE.document
    assert plate["change"]["after"] == LIVE.document
    assert (plate["catalog"], plate["steps"], plate["attribution"]["cause"]) == ("lab", [], "both")


def test_both_documents_describe_findings_alike() -> None:
    for name in ("finding", "count", "cause", "address"):
        assert schema("drift")["$defs"][name] == schema("plan")["$defs"][name]
