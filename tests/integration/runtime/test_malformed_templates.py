"""Templates that got past `tapdb validate` are refused by name, wherever their instances are asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from runtime_worlds import BOX, TUBE
from tapdb_ctl.errors import InvalidInputError

if TYPE_CHECKING:
    from tapdb_ctl import InstanceFactory, TAPDBConnection

SAID: list[dict[str, Any]] = [
    {"instantiation_layouts": {"relationship_type": "holds"}},
    {"instantiation_layouts": [7, {"child_templates": [5]}]},
    {"instantiation_layouts": [{"child_templates": [{"template_code": TUBE, "count": 0}]}]},
    {"action_imports": ["a/b/c/1"]},
    {"action_imports": {"x": 7}},
    {"action_imports": {"x": {"actions": ["a/b/c/1"]}}},
    {"action_imports": {"x": {"actions": {"a/b": {}}}}},
]


@pytest.mark.parametrize("said", SAID)
def test_malformed_templates_are_refused(db: TAPDBConnection, factory: InstanceFactory, said: dict[str, Any]) -> None:
    with db.session_scope() as session:
        session.execute(
            text("UPDATE generic_template SET json_addl = CAST(:said AS jsonb) WHERE subtype = 'x' AND type = 'box'"),
            {"said": json.dumps(said)},
        )
        for call in (factory.create_instance, lambda *_: factory.create_instances(session, BOX, [{"name": "B"}])):
            with pytest.raises(InvalidInputError, match=rf"RUN017.*{BOX}"):
                call(session, BOX, "B")
        assert factory.create_instance(session, TUBE, "T").name == "T"
