"""Policies as users meet them: what a plan tells, what an apply refuses, and the way out that each names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from folders import pack

if TYPE_CHECKING:
    from folders import Folder

INSTANCE = """
INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version,
                              template_uuid, json_addl, bstatus, is_singleton)
SELECT 'one', 'container_instance', category, type, subtype, version, uuid, '{}', 'created', false
  FROM generic_template WHERE subtype = %s RETURNING euid
"""


@pytest.fixture
def built(folder: Folder) -> Folder:
    """Three templates, the first of which has an instance."""
    folder.write(pack(3))
    assert folder.run("apply", "--auto-approve")[0] == 0
    folder.world.sql(INSTANCE, "t0")
    return folder


def apply(folder: Folder, *more: str) -> tuple[int, str]:
    code, out, err = folder.run("apply", "--auto-approve", *more)
    return code, out + err


def test_more_is_destroyed_only_with_the_flag(built: Folder) -> None:
    built.write(pack(1), policy={"max_destroy": 1})
    code, told, _ = built.run("plan")
    assert code == 0
    assert "POL001" in told
    assert "2 would be destroyed, and policy.max_destroy is 1" in told
    code, told = apply(built, "--allow-destroy", "template")
    assert code == 1
    assert "POL001" in told
    assert apply(built, "--allow-destroy", "template", "--allow-destroy", "policy")[0] == 0


def test_used_templates_break_only_under_another_version(built: Folder) -> None:
    policy = {"require_version_bump": "used"}
    narrowed = pack(3)
    narrowed[0]["is_singleton"] = narrowed[1]["is_singleton"] = True
    built.write(narrowed, policy=policy)
    code, told, _ = built.run("plan", "--json")
    document = json.loads(told)
    assert code == 1
    assert [(f["code"], f["address"]) for f in document["guards"]] == [("POL003", "template.container/tube/t0/1.0")]
    assert [c["grade"]["kind"] for c in document["resource_changes"]] == ["breaking", "breaking"]
    assert apply(built)[0] == 1

    narrowed[0]["version"] = "2.0"
    built.write([*pack(1), *narrowed], policy=policy)
    assert apply(built)[0] == 0


@pytest.mark.parametrize(
    ("entry", "refused"), [("update template.container/*", True), ("breaking", False), ("additive", True)]
)
def test_what_is_forbidden_is_refused(built: Folder, entry: str, *, refused: bool) -> None:
    templates: list[dict[str, Any]] = pack(3)
    templates[2]["json_addl"] = {"properties": {"volume": 2, "colour": "red"}}
    built.write(templates, policy={"forbid": "${var.FORBIDDEN}", "max_change": 1})
    code, told = apply(built, "--var", f"FORBIDDEN={entry}")
    assert ("POL004" in told, code) == (refused, int(refused))


def test_a_plan_made_in_a_freeze_is_applied_after_it(built: Folder) -> None:
    renamed = pack(3, name="Vial")
    built.write(renamed, policy={"freeze": "9999-01-01"})
    code, told, _ = built.run("plan", "--out", "next.plan")
    assert code == 0
    assert "policy.freeze lets nothing be applied until 9999-01-01 00:00 UTC" in told
    assert built.run("apply", "next.plan")[0] == 1
    assert apply(built)[0] == 1
    built.write(renamed, policy={"freeze": "2020-01-01"})
    assert built.run("apply", "next.plan")[0] == 0
    assert built.world.value("SELECT count(*) FROM generic_template WHERE name = 'Vial'") == 3


def test_a_saved_plan_is_judged_by_what_lives_when_it_is_applied(built: Folder) -> None:
    narrowed = pack(3)
    narrowed[1]["is_singleton"] = True
    built.write(narrowed, policy={"require_version_bump": "used"})
    assert built.run("plan", "--out", "next.plan")[0] == 0
    built.world.sql(INSTANCE, "t1")
    code, _, err = built.run("apply", "next.plan")
    assert (code, "POL003" in err) == (1, True)
