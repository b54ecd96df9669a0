"""What a template makes of an instance, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.blueprints import Blueprint
from tapdb_ctl.runtime.growing import Nursery


def blueprint(code: str, uuid: int = 1, **json_addl: Any) -> Blueprint:
    category, kind, subtype, version = code.split("/")
    return Blueprint(
        uuid,
        f"GT-{uuid}",
        category,
        kind,
        subtype,
        version,
        discriminator="container_instance",
        is_singleton=False,
        is_deleted=False,
        json_addl=json_addl,
        schema=None,
    )


def nursery(*known: Blueprint) -> Nursery:
    return Nursery({found.code: found for found in known}.get)


def layout(*children: Any, **changed: Any) -> dict[str, Any]:
    return {"child_templates": list(children), **changed}


def names(*known: Blueprint, name: str = "P") -> list[str | None]:
    grown = nursery(*known)
    return [draft.name for draft in grown.tree(grown.single(known[0], name))]


TUBE = blueprint("a/tube/t/1", 2, properties={"volume": 1, "maker": {"name": "acme", "country": "CH"}})


def test_properties_are_laid_over_the_templates_object_by_object() -> None:
    made = nursery(TUBE).single(TUBE, "T", {"maker": {"name": "other"}, "lot": 7})
    assert made.document["properties"] == {"volume": 1, "maker": {"name": "other", "country": "CH"}, "lot": 7}
    assert TUBE.json_addl["properties"]["maker"]["name"] == "acme"


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        (None, "P_t_1"),
        ("{parent_name}-{index:02d}", "P-01"),
        ("{i}.{layout_index}.{child_index}", "1.0.0"),
        ("{child_subtype} {child_template_code}", "t a/tube/t/1"),
    ],
)
def test_patterns_name_children(pattern: str | None, first: str) -> None:
    child = {"template_code": "a/tube/t/1/", "count": 2, "name_pattern": pattern}
    assert names(blueprint("a/box/b/1", instantiation_layouts=[layout(child)]), TUBE)[:2] == ["P", first]


def test_a_childs_pattern_comes_before_the_layouts() -> None:
    child = {"template_code": TUBE.code, "name_pattern": "mine"}
    box = blueprint("a/box/b/1", instantiation_layouts=[layout(child, TUBE.code, name_pattern="layout {index}")])
    assert names(box, TUBE) == ["P", "mine", "layout 1"]


def test_a_name_with_the_parents_euid_waits_for_it() -> None:
    child = {"template_code": "a/rack/r/1", "name_pattern": "of {parent_euid}"}
    rack = blueprint("a/rack/r/1", 3, instantiation_layouts=[layout(TUBE.code)])
    assert names(blueprint("a/box/b/1", instantiation_layouts=[layout(child)]), rack, TUBE) == ["P", None, None]


def test_children_get_the_overrides_of_their_layout() -> None:
    child = {"template_code": TUBE.code, "json_addl": {"properties": {"maker": {"name": "x"}}, "note": 1}}
    box = blueprint("a/box/b/1", instantiation_layouts=[layout(child)])
    grown = nursery(box, TUBE)
    tube = list(grown.tree(grown.single(box, "P")))[1]
    assert tube.document["properties"] == {"volume": 1, "maker": {"name": "x", "country": "CH"}}
    assert tube.document["note"] == 1


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_no_layouts_are_written_in_three_ways(nothing: object) -> None:
    assert names(blueprint("a/box/b/1", instantiation_layouts=nothing)) == ["P"]


def test_ten_levels_of_children_and_no_more() -> None:
    def chain(levels: int) -> list[Blueprint]:
        links = [blueprint(f"a/l/{n}/1", n, instantiation_layouts=[layout(f"a/l/{n + 1}/1")]) for n in range(levels)]
        return [*links, blueprint(f"a/l/{levels}/1", levels)]

    assert len(names(*chain(10))) == 11
    with pytest.raises(InvalidInputError, match="RUN007"):
        names(*chain(11))


def test_a_template_below_itself_is_refused() -> None:
    box = blueprint("a/box/b/1", instantiation_layouts=[layout("a/lid/x/1")])
    lid = blueprint("a/lid/x/1", 5, instantiation_layouts=[layout("a/box/b/1")])
    with pytest.raises(ValueError, match="a/box/b/1 → a/lid/x/1 → a/box/b/1"):
        names(box, lid)


def test_a_child_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidInputError, match="a/tube/t/1"):
        names(blueprint("a/box/b/1", instantiation_layouts=[layout(TUBE.code)]))


def test_a_pattern_that_reaches_into_objects_is_refused() -> None:
    child = {"template_code": TUBE.code, "name_pattern": "{parent_name.__class__}"}
    with pytest.raises(InvalidInputError, match="RUN004"):
        names(blueprint("a/box/b/1", instantiation_layouts=[layout(child)]), TUBE)


def test_imported_actions_are_offered_in_groups() -> None:
    note = blueprint("action/core/create-note/1", 9, action_definition={"required_fields": ["text"], "colour": "red"})
    group = {"group_name": "daily", "actions": {"action/core/create-note/1/": {"colour": "blue"}}}
    tube = blueprint(
        "a/tube/t/1", action_imports={"note": "action/core/create-note/1/", "ours": group, "no": "a/b/c/d"}
    )
    offered = nursery(tube, note).single(tube, "T").document["action_groups"]
    assert offered["core_actions"]["note"] == {
        "required_fields": ["text"],
        "colour": "red",
        "action_template_uuid": 9,
        "action_template_euid": "GT-9",
        "action_template_code": "action/core/create-note/1",
        "action_executed": "0",
        "executed_datetime": [],
        "action_enabled": "1",
    }
    assert offered["daily"]["create_note"]["colour"] == "blue"
    assert list(offered) == ["core_actions", "daily"]


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError, match="RUN006"):
        nursery(TUBE).single(TUBE, "T", {"odd": value}).text  # noqa: B018


MALFORMED: list[dict[str, Any]] = [
    {"instantiation_layouts": {"child_templates": ["a/tube/t/1"]}},
    {"instantiation_layouts": ["a/tube/t/1"]},
    {"instantiation_layouts": [{}]},
    {"instantiation_layouts": [{"child_templates": "a/tube/t/1"}]},
    {"instantiation_layouts": [layout(7)]},
    {"instantiation_layouts": [layout("a/tube")]},
    {"instantiation_layouts": [layout("a/tube/t/1", relationship_type=1)]},
    {"instantiation_layouts": [layout("a/tube/t/1", name_pattern=["x"])]},
    *(
        {"instantiation_layouts": [layout({"template_code": "a/tube/t/1", **changed})]}
        for changed in ({"count": 0}, {"count": -1}, {"count": "many"}, {"count": 1.5}, {"count": True})
    ),
    {"instantiation_layouts": [layout({"template_code": None})]},
    {"instantiation_layouts": [layout({"template_code": "a/tube/t/1", "json_addl": [1]})]},
    {"action_imports": ["a/b/c/1"]},
    {"action_imports": {"x": 7}},
    {"action_imports": {"x": "create"}},
    {"action_imports": {"x": {"actions": ["a/b/c/1"]}}},
    {"action_imports": {"x": {"actions": {"a/b": {}}}}},
    {"action_imports": {"x": {"actions": {"a/b/c/1": [1]}}}},
    {"action_imports": {"x": {"group_name": 1}}},
]


@pytest.mark.parametrize("json_addl", MALFORMED)
def test_templates_that_say_nothing_to_be_followed_are_refused(json_addl: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=r"RUN017.*a/box/b/1"):
        names(blueprint("a/box/b/1", **json_addl), TUBE)


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_nothing_may_be_said_in_several_ways(nothing: Any) -> None:
    assert names(blueprint("a/box/b/1", instantiation_layouts=nothing, action_imports=nothing)) == ["P"]


def test_counts_may_be_texts() -> None:
    box = blueprint("a/box/b/1", instantiation_layouts=[layout({"template_code": " a/tube/t/1/", "count": "2"})])
    assert names(box, TUBE) == ["P", "P_t_1", "P_t_2"]
