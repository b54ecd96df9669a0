"""What machines read: the plan document and its schema, findings, events, the psql script."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from goldens import assert_golden
from hand_made import EVERY_KIND, GONE, MISTAKE, PREFIX, WARNING, plan_of, server_steps
from tapdb_ctl.assets import asset
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import RENAMED, REVIVED, Create, Delete, Update
from tapdb_ctl.core.plan import Plan, PlannedChange, Summary
from tapdb_ctl.core.report import Outcome, Receipt, Report
from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.core.step import Phase
from tapdb_ctl.views import documents, live, sql
from tapdb_ctl.views.events import Events
from worlds import template

SCHEMA = json.loads(asset("schema/plan.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
EVENTS = Events(lambda: datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC))


def document(plan: Plan) -> Any:
    return json.loads(documents.plan(plan, tapdb_version="0.1.0", timestamp="2026-01-02T03:04:05+00:00"))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("plan", [plan_of(), plan_of(*EVERY_KIND, findings=(WARNING, MISTAKE), guards=(WARNING,))])
def test_plan_documents_satisfy_the_schema(plan: Plan) -> None:
    VALIDATOR.validate(document(plan))


def test_the_schema_refuses_what_is_no_plan() -> None:
    wrong = document(plan_of(Create(PREFIX)))
    wrong["resource_changes"][0]["change"]["actions"] = ["create", "update"]
    with pytest.raises(ValidationError):
        VALIDATOR.validate(wrong)


def test_the_schema_knows_every_field_of_a_document() -> None:
    made = document(plan_of(*EVERY_KIND, findings=(MISTAKE,)))
    change = made["resource_changes"][0]
    assert set(made) == set(SCHEMA["properties"])
    assert set(change) == set(SCHEMA["$defs"]["resource_change"]["properties"])
    assert set(change["change"]) == set(SCHEMA["$defs"]["resource_change"]["properties"]["change"]["properties"])
    assert set(change["steps"][0]) | {"call"} == set(SCHEMA["$defs"]["step"]["properties"])
    assert set(made["findings"][0]) == set(SCHEMA["$defs"]["finding"]["properties"])


def test_findings_document() -> None:
    shown = json.loads(documents.findings([MISTAKE, WARNING]))
    assert shown["valid"] is False
    assert shown["summary"] == {"error": 1, "warning": 1, "info": 0}
    assert shown["findings"][0]["where"] == {"file": "templates/lab/x.json", "line": 12, "column": 9}
    assert json.loads(documents.findings([WARNING]))["valid"] is True


def test_events_of_an_apply_that_succeeds() -> None:
    report = Report(Summary(0, 1, 0, 0), (Receipt(Phase.TRANSACTION, Outcome.APPLIED, 1.5),), 7)
    lines = [
        EVENTS.version("0.1.0"),
        *EVENTS.planned(plan_of(Create(PREFIX), Delete(GONE), findings=(WARNING,))),
        EVENTS.started("dev", 2),
        EVENTS.progress(1, 2),
        *EVENTS.completed(report),
    ]
    assert_golden("views/events.ndjson", "".join(f"{line}\n" for line in lines))


def test_events_of_an_apply_that_fails() -> None:
    lines = list(EVENTS.errored([MISTAKE], [Receipt(Phase.TRANSACTION, Outcome.NOT_APPLIED, 0)]))
    first, last = map(json.loads, lines)
    assert (first["type"], first["@level"], first["diagnostic"]["code"]) == ("diagnostic", "error", "TPL012")
    assert (last["type"], last["phases"][0]["outcome"]) == ("apply_errored", "not applied")


def test_a_planned_change_says_why_and_what_it_was_called() -> None:
    old, new = template("a/b/old/1"), template("a/b/new/1")
    (renamed, revived, _) = map(
        json.loads, EVENTS.planned(plan_of(Update(old, new, RENAMED), Update(new, new, REVIVED)))
    )
    assert renamed["change"]["previous_resource"]["addr"] == "template.a/b/old/1"
    assert (renamed["change"]["reason"], revived["change"]["reason"]) == ("renamed", "revived")
    assert "previous_resource" not in revived["change"]


def test_every_event_has_the_four_fields() -> None:
    for line in (*EVENTS.planned(plan_of(*EVERY_KIND, findings=(WARNING,))), *EVENTS.errored([MISTAKE], [])):
        assert {"@level", "@message", "@timestamp", "type"} <= json.loads(line).keys()


def test_script_for_psql(tmp_path: Any) -> None:
    server = Create(Resource(Address("server", "dev"), {"major": 16}))
    made = plan_of(*EVERY_KIND)
    calls = PlannedChange(server, server_steps(tmp_path).steps(server))
    plan = Plan("dev", "a" * 64, ("lab",), {}, (calls, *made.changes))
    assert_golden("views/plan.sql", "".join(sql.script(plan, schema='my "schema"', tapdb_version="0.1.0")))


def test_a_script_cannot_be_left_through_a_comment() -> None:
    hostile = Create(template("a/b/c\nDROP TABLE x;/1"))
    script = "".join(sql.script(plan_of(hostile), schema="public", tapdb_version="0.1.0"))
    comments = [line for line in script.splitlines() if line.startswith("--")]
    assert any('c\\nDROP TABLE x;/1": insert template' in comment for comment in comments)


def test_live_shows_what_is_ours() -> None:
    foreign = Resource(Address("template", "x/y/z/1"), {"name": "theirs"})
    declared, undeclared = (Resource(Address("schema", f"grant/{role}/table/t"), {}) for role in ("app", "theirs"))
    found = [PREFIX, template("a/b/c/1"), foreign, declared, undeclared]
    state = Live({r.address: r for r in found}, {r.address: r.digest for r in found})
    wanted = Desired("dev", {declared.address: declared}, {})
    ours = ["prefix.CX", "schema.grant/app/table/t", "template.a/b/c/1"]
    assert list(live.addresses(state, wanted)) == ours
    assert [r["address"] for r in json.loads(live.document(state, wanted))["resources"]] == ours
