"""Who made a difference: every change has a cause, and the sides of a comparison may be swapped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from strategies import CATALOGUES, ENVIRONMENTS, OBJECTS, live
from tapdb_ctl.core import jsonvalue
from tapdb_ctl.core.attribution import Cause, Past, attributed, part
from tapdb_ctl.core.change import Change, Create, Delete, Update, after, before
from tapdb_ctl.core.diff import diff
from tapdb_ctl.core.resource import Desired, Resource
from worlds import template

MANIFESTS, DRIFT, BOTH = Cause.MANIFESTS, Cause.DRIFT, Cause.BOTH
SWAPPED = {MANIFESTS: DRIFT, DRIFT: MANIFESTS, BOTH: BOTH}


def resource(json_addl: Any) -> Resource:
    return template("c/t/s/1", json_addl=json_addl, protected=False)


# Values of one shape differ in their parts; values of any shape differ as they like.
SHAPED = st.fixed_dictionaries({"a": st.integers(0, 2), "b": st.lists(st.integers(0, 1), min_size=2, max_size=2)})
RESOURCES = st.builds(resource, SHAPED | OBJECTS)


def change(old: Resource | None, new: Resource | None) -> Change | None:
    """What leads from one to the other, as a comparison gives it."""
    if old is None:
        return Create(new) if new else None
    if new is None:
        return Delete(old)
    return None if jsonvalue.same(old.attributes, new.attributes) else Update(old, new)


def causes(old: Resource | None, new: Resource | None, applied: Resource | None) -> set[Cause]:
    made = change(old, new)
    found = attributed(made, Past(applied and applied.document)) if made else None
    return {found.cause, *found.paths.values()} if found else set()


@given(ENVIRONMENTS, CATALOGUES, CATALOGUES)
def test_every_change_of_a_known_past_has_a_cause(desired: Desired, existing: Any, applied: Any) -> None:
    left = {r.address: r.document for r in applied}
    for made in diff(desired, live(existing)).changes:
        found = attributed(made, Past(left.get(made.address)))
        assert found is not None
        assert found.cause in SWAPPED
        if len(set(found.paths.values())) > 1:
            assert found.cause is BOTH
        assert attributed(made, None) is None


@given(RESOURCES | st.none(), RESOURCES | st.none())
def test_what_has_not_drifted_was_changed_in_the_manifests(old: Resource | None, new: Resource | None) -> None:
    assert causes(old, new, applied=old) <= {MANIFESTS}


@given(RESOURCES | st.none(), RESOURCES)
def test_what_the_manifests_left_alone_has_drifted(old: Resource | None, new: Resource) -> None:
    assert causes(old, new, applied=new) <= {DRIFT}


@given(RESOURCES | st.none(), RESOURCES | st.none(), RESOURCES)
def test_swapping_the_sides_swaps_the_causes(old: Resource | None, new: Resource | None, applied: Resource) -> None:
    assert {SWAPPED[cause] for cause in causes(old, new, applied)} == causes(new, old, applied)


@given(RESOURCES, RESOURCES, RESOURCES)
def test_each_part_stands_for_itself(old: Resource, new: Resource, applied: Resource) -> None:
    made = change(old, new)
    if not made:
        return
    found = attributed(made, Past(applied.document))
    assert found
    for path, cause in found.paths.items():
        left, was, wanted = (part(r.document, path) for r in (applied, old, new))
        assert (cause is MANIFESTS) == alike(left, was)
        assert (cause is DRIFT) == alike(left, wanted)


@given(RESOURCES, RESOURCES)
def test_what_was_never_applied_has_nothing_to_drift_from(old: Resource, new: Resource) -> None:
    assert causes(old, new, applied=None) <= {MANIFESTS}


@given(RESOURCES, RESOURCES)
def test_another_name_or_owner_comes_from_the_manifests(old: Resource, new: Resource) -> None:
    moved = Update(replace(old, owner="core"), new)
    found = attributed(moved, Past(new.document))
    assert found
    assert found.cause is (MANIFESTS if not found.paths else BOTH)


def test_the_two_ends_of_every_change_are_compared() -> None:
    (old, new) = resource({"n": 1}), resource({"n": 2})
    for made in (Create(new), Update(old, new), Delete(old)):
        assert (before(made) or after(made)) is not None
        found = attributed(made, Past(old.document))
        assert found
        assert list(found.paths) == ([("json_addl", "n")] if isinstance(made, Update) else [()])


def alike(left: Any, right: Any) -> bool:
    if isinstance(left, jsonvalue.Absent) or isinstance(right, jsonvalue.Absent):
        return left is right
    return jsonvalue.same(left, right)
