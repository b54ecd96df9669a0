"""Which live templates create instances of one that changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from inhabited import of, session
from tapdb_ctl.providers.postgres.impact.layouts import creators
from tapdb_ctl.versions import version_order
from worlds import environment, template

if TYPE_CHECKING:
    from tapdb_ctl.core.resource import Resource
    from worlds import World

OLD, NEW = "content/well/w/1.9", "content/well/w/1.10"


def plate(name: str, *children: Any) -> Resource:
    return template(
        f"container/plate/{name}/1.0", json_addl={"instantiation_layouts": [{"child_templates": list(children)}]}
    )


LAYOUTS = (
    plate("text", OLD),
    plate("slash", "content/other/o/1.0", f"{OLD}/"),
    plate("object", {"template_code": OLD, "count": 96}),
    plate("newest", "content/well/w/*"),
    plate("newest-object", {"template_code": "content/well/w/*/"}),
    plate("both", OLD, NEW, OLD),
    plate("neither", "content/well/w", "content/well/ww/1.9", {"count": 1}),
    template("container/plate/none/1.0"),
)


def test_texts_objects_and_the_highest_version(each_world: World) -> None:
    wells = template(OLD), template(NEW)
    each_world.converge(environment(*LAYOUTS, *wells))
    plan = each_world.plan(environment(*LAYOUTS, *(template(code, name="changed") for code in (OLD, NEW))))
    assert named(of(plan, OLD).layouts) == ["both", "object", "slash", "text"]
    assert named(of(plan, NEW).layouts) == ["both", "newest-object", "newest"]
    plan = each_world.plan(environment(*LAYOUTS, template(OLD, name="changed")))
    assert named(of(plan, NEW).layouts) == ["both", "newest-object", "newest"]  # retired, and live until then
    each_world.apply(plan, "template")
    plan = each_world.plan(environment(*LAYOUTS, template(OLD)))
    assert named(of(plan, OLD).layouts) == ["both", "newest-object", "newest", "object", "slash", "text"]


def test_a_retired_template_creates_nothing_and_none_names_itself(world: World) -> None:
    itself = plate("itself", "container/plate/itself/1.0", "container/plate/itself/*")
    world.converge(environment(plate("gone", OLD), itself, template(OLD)))
    world.converge(environment(itself, template(OLD)), "template")
    changed = template(itself.address.name, json_addl=itself.attributes["json_addl"], name="changed")
    plan = world.plan(environment(changed, template(OLD, name="changed")))
    assert of(plan, OLD).layouts == ()
    assert of(plan, itself.address.name).layouts == ()


SHAPES: tuple[Any, ...] = (
    [{"child_templates": OLD}],
    {"child_templates": [OLD]},
    *(None, {}, [], "text", 1, [1, "x", None, []]),
    [{"child_templates": None}],
    [{"child_templates": [[OLD], 5, {"template_code": [OLD]}]}],
)


def test_layouts_of_any_shape_are_read(world: World) -> None:
    shapes = [template(f"container/plate/p{number}/1.0") for number in range(len(SHAPES))]
    world.converge(environment(template(OLD), *shapes))
    with session(world) as tapdb:
        for number, layouts in enumerate(SHAPES):
            written = json.dumps({"instantiation_layouts": layouts})
            tapdb.run("UPDATE generic_template SET json_addl = %s WHERE subtype = %s", written, f"p{number}")
        tapdb.run("UPDATE generic_template SET json_addl = '[1]' WHERE subtype = 'p9'")
    plan = world.plan(environment(template(OLD, name="changed"), *shapes))
    assert named(of(plan, OLD).layouts) == ["p0", "p1"]


def named(codes: tuple[str, ...]) -> list[str]:
    return [code.split("/")[2] for code in codes]


VERSIONS = st.sampled_from(["1.0", "1.9", "1.10", "2", "2.0rc1", "beta", "Z"])
CODES = st.builds("a/b/{}/{}".format, st.sampled_from("xyz"), VERSIONS)
CHILDREN = st.builds("a/b/{}/{}".format, st.sampled_from("xyz"), VERSIONS | st.just("*"))


@given(st.dictionaries(CODES, st.sets(CHILDREN)), st.sets(CODES))
def test_each_child_means_one_template(live: dict[str, set[str]], codes: set[str]) -> None:
    def means(child: str) -> str:
        stem, _, version = child.rpartition("/")
        versions = [code.rpartition("/")[2] for code in live if code.rpartition("/")[0] == stem]
        return child if version != "*" else f"{stem}/{max(versions, key=version_order, default='')}"

    expected = {
        code: tuple(sorted(p for p, children in live.items() if p != code and code in map(means, children)))
        for code in codes
    }
    assert creators(live, codes) == expected
