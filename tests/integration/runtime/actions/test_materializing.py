"""What materialize_actions gives is what new instances offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tapdb_ctl.factory import materialize_actions
from tapdb_ctl.models import generic_template
from tapdb_ctl.templates import TemplateManager

if TYPE_CHECKING:
    import pytest

    from conftest import Lab


def test_it_gives_what_instances_offer(lab: Lab) -> None:
    uuid = lab.specimen()
    with lab.db.session_scope() as session:
        template = session.scalars(select(generic_template).where(generic_template.type == "specimen")).one()
        groups = materialize_actions(session, template, TemplateManager())
    assert groups == lab.read(uuid)["json_addl"]["action_groups"]
    assert {"core_actions", "lab_actions"} == groups.keys()


def test_what_it_gives_may_be_changed(lab: Lab) -> None:
    with lab.db.session_scope() as session:
        template = session.scalars(select(generic_template).where(generic_template.type == "specimen")).one()
        manager = TemplateManager()
        materialize_actions(session, template, manager)["lab_actions"]["spin"]["valid_statuses"].append("changed")
        again = materialize_actions(session, template, manager)
    assert again["lab_actions"]["spin"]["valid_statuses"] == ["thawed"]


def test_a_template_that_is_no_row_yet_will_do(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    imports = {"thaw": "action/lab/thaw/1.0/", "none": "action/lab/none/1.0"}
    template = generic_template(category="a", type="b", subtype="c", version="1", json_addl={"action_imports": imports})
    with lab.db.session_scope() as session:
        groups = materialize_actions(session, template, TemplateManager())
    assert list(groups["lab_actions"]) == ["thaw"]
    assert "action/lab/none/1.0, which is not there" in caplog.text
