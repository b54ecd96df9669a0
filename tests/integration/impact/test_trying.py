"""Changed schemas tried on live instances: how many they refuse, which, where and by which rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from inhabited import instance, limited, of, session
from tapdb_ctl.core.impact import Count, Unsatisfied
from worlds import environment, template

if TYPE_CHECKING:
    from tapdb_ctl.core.impact import Impact
    from tapdb_ctl.core.resource import Desired
    from worlds import World

TUBE, BOX = "container/tube/t/1.0", "container/box/b/1.0"
AT_LEAST_3: dict[str, Any] = {"properties": {"properties": {"properties": {"volume": {"minimum": 3}}}}}
SECRET = "canary-5d21"


def wanting(schema: Any, **more: Any) -> Desired:
    return environment(template(TUBE, json_addl_schema=schema, **more), template(BOX))


def tubes(world: World, *json_addls: Any, before: Any = None) -> list[str]:
    """The EUIDs of tubes with such content, in a world that had the schema `before`."""
    world.converge(wanting(before))
    with session(world) as tapdb:
        return [instance(tapdb, TUBE, json_addl)[1] for json_addl in json_addls]


def holding(**properties: Any) -> dict[str, Any]:
    return {"properties": properties}


def tried(world: World, schema: Any) -> Impact:
    return of(world.plan(wanting(schema)), TUBE)


def test_the_first_that_it_refuses_are_named(each_world: World) -> None:
    volumes = [1, 5, 2, 2, 2, 1, 3, 1]
    euids = tubes(each_world, *(holding(volume=volume, note=SECRET) for volume in volumes))
    with session(each_world) as tapdb:
        tapdb.run("DELETE FROM generic_instance WHERE euid = %s", euids[2])
        tapdb.run("UPDATE generic_instance SET bstatus = 'moved' WHERE euid = %s", euids[0])  # to the end of the table
    impact = tried(each_world, AT_LEAST_3)
    assert impact.unsatisfied == Count(5)
    first = [euids[place] for place in (0, 3, 4, 5, 7)]
    assert impact.examples == tuple(Unsatisfied(euid, "properties.volume", "minimum") for euid in first)


def test_no_value_stands_in_a_plan(world: World) -> None:
    schema = {"properties": {"properties": {"additionalProperties": False, "properties": {"note": {"maxLength": 3}}}}}
    tubes(world, holding(note=SECRET), holding(volume=SECRET), {"properties": SECRET})
    impact = tried(world, schema)
    assert [(e.path, e.rule) for e in impact.examples] == [
        ("properties.note", "maxLength"),
        ("properties.volume", "additionalProperties"),
    ]
    assert SECRET not in repr(impact)


def test_what_tapdb_keeps_in_an_instance_is_not_judged(world: World) -> None:
    only = {"additionalProperties": False, "properties": {"properties": {}}}
    euids = tubes(world, holding() | {"action_groups": {}, "audit_log": []}, holding() | {"other": 1}, '"text"', "[1]")
    impact = tried(world, only)
    assert impact.examples == (Unsatisfied(euids[1], "other", "additionalProperties"),)
    assert tried(world, {"type": "object"}).unsatisfied == Count(2)


def test_a_schema_that_refuses_nothing_more_is_not_tried(world: World) -> None:
    tubes(world, holding(volume=1), before=AT_LEAST_3)
    wider = {"title": "Tube", "properties": {"properties": {"properties": {"volume": {"minimum": 2}}}}}
    for schema in (None, wider, {"title": "Tube", **AT_LEAST_3}):
        assert tried(world, schema).unsatisfied is None
    assert of(world.plan(wanting(AT_LEAST_3, name="changed")), TUBE).unsatisfied is None
    assert of(world.plan(environment(template(BOX))), TUBE).unsatisfied is None


def test_all_satisfy_it_and_there_is_none_to_try(world: World) -> None:
    tubes(world, holding(volume=3), holding())
    assert tried(world, AT_LEAST_3).unsatisfied == Count(0)
    plan = world.plan(environment(template(TUBE), template(BOX, json_addl_schema=AT_LEAST_3)))
    assert of(plan, BOX).unsatisfied == Count(0)


def test_rows_that_nobody_expects_break_no_plan(world: World) -> None:
    deep = "[" * 900 + "]" * 900
    huge = "9" * 100_000
    euids = tubes(
        world,
        f'{{"properties": {{"volume": {deep}}}}}',
        f'{{"properties": {{"volume": {huge}}}}}',
        '{"properties": {"volume": -1e1000}}',
        holding(volume=1, note="x" * 200_000),
    )
    impact = tried(world, AT_LEAST_3)
    assert impact.unsatisfied == Count(1, at_least=True)
    assert [e.euid for e in impact.examples] == [euids[2]]


def test_a_bound_where_not_all_were_tried(world: World) -> None:
    tubes(world, *(holding(volume=volume) for volume in (1, 2, 3, 4)))
    desired = wanting(AT_LEAST_3)
    assert limited(world, desired, documents=3)[TUBE].unsatisfied == Count(2, at_least=True)
    assert limited(world, desired, instances=2)[TUBE].unsatisfied == Count(2, at_least=True)
    assert limited(world, desired, judging=0)[TUBE].unsatisfied == Count(1, at_least=True)
    assert limited(world, desired, bytes=1)[TUBE].unsatisfied == Count(0, at_least=True)
    assert limited(world, desired, counting=0)[TUBE].unsatisfied == Count(2, at_least=True)


def test_a_bound_where_the_schema_cannot_be_tried_as_a_whole(world: World) -> None:
    tubes(world, holding(volume=1), holding(volume=3))
    ahead = {**AT_LEAST_3, "properties": {**AT_LEAST_3["properties"], "name": {"pattern": "^(?!a)"}}}
    assert tried(world, ahead).unsatisfied == Count(1, at_least=True)
    endless = {"allOf": [AT_LEAST_3, {"$ref": "#"}]}
    assert tried(world, endless).unsatisfied == Count(1, at_least=True)


def test_equal_instances_and_equal_schemas_are_all_counted(world: World) -> None:
    tubes(world, *[holding(volume=1)] * 4)
    with session(world) as tapdb:
        for _ in range(3):
            instance(tapdb, BOX, holding(volume=1))
    plan = world.plan(environment(*(template(code, json_addl_schema=AT_LEAST_3) for code in (TUBE, BOX))))
    assert of(plan, TUBE).unsatisfied == Count(4)
    assert of(plan, BOX).unsatisfied == Count(3)


def test_each_template_is_judged_by_its_own(world: World) -> None:
    tubes(world, holding(volume=1))
    with session(world) as tapdb:
        instance(tapdb, BOX, holding(volume=1))
    other = json.loads(json.dumps(AT_LEAST_3).replace("3", "1"))
    plan = world.plan(environment(template(TUBE, json_addl_schema=AT_LEAST_3), template(BOX, json_addl_schema=other)))
    assert [of(plan, code).unsatisfied for code in (TUBE, BOX)] == [Count(1), Count(0)]


def test_a_long_path_is_shortened(world: World) -> None:
    tubes(world, holding(**{"k" * 5_000: 1}))
    (example,) = tried(world, {"properties": {"properties": {"additionalProperties": False}}}).examples
    assert len(example.path) < 300
