"""Promise 10: the ledger records every apply, and any entry's state can be told and brought back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from proxy import proxied
from tapdb_ctl.core import history
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.history import Memory, replayed
from tapdb_ctl.engine import rolling_back
from tapdb_ctl.manifest import recorded
from tapdb_ctl.providers.postgres.archive import PostgresArchive
from worlds import environment, indexed, template, tubes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.resource import Desired, Resource
    from worlds import World

A, B, C, D = (f"container/tube/{name}/1.0" for name in "abcd")
DESTROY = ("template", "index", "catalog")
LIVE = (
    "SELECT t.euid, t.subtype, t.name, t.instance_prefix, t.json_addl::text, o.catalog, o.prevent_destroy"
    " FROM generic_template AS t"
    " LEFT JOIN tapdb_ownership AS o ON o.address = concat_ws('/', 'template.' || category, type, subtype, version)"
    " WHERE NOT t.is_deleted ORDER BY euid"
)
INDEXES = "SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'tapdb_px_%' ORDER BY indexdef"
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences ORDER BY sequencename"


def renamed(code: str, former: str, **changed: Any) -> Resource:
    return replace(template(code, **changed), renamed_from=Address("template", former))


def reading(world: World, read: Callable[[PostgresArchive], Any]) -> Any:
    with world.providers() as (_, provider):
        return read(PostgresArchive(provider._connector))


def remembered(world: World, number: int) -> Memory:
    memory: Memory = reading(world, lambda archive: archive.memory(number))
    return memory


def rollback(world: World, desired: Desired, number: int) -> Plan:
    wanted = reading(world, lambda archive: rolling_back.wanted(desired, archive, number, recorded.declared))
    return rolling_back.noted(world.plan(wanted), number)


COURSE = (
    environment(template(A), template(B, owner="core"), template(C, prefix="WX"), indexes=[indexed(A, "n")]),
    environment(template(A, name="other", protected=True), template(B), template(C, prefix="WX"), template(D)),
    environment(template(A, protected=False), renamed(f"{C[:-3]}2.0", C), indexes=[indexed(A, "n", unique=True)]),
    environment(template(A), template(D), renamed("container/tube/b/2.0", f"{C[:-3]}2.0", json_addl={"x": 0.5})),
)


@pytest.fixture
def lived_in(each_world: World) -> World:
    """Made, changed, moved, protected, renamed twice, retired and revived."""
    for desired in COURSE:
        each_world.converge(replace(desired, catalogs={"lab": True, "core": True}), *DESTROY)
    return each_world


def test_any_entry_s_state_is_told_and_comes_back(each_world: World) -> None:
    everything, states = replace(COURSE[-1], catalogs={"lab": True, "core": True}), []
    for desired in COURSE:
        each_world.converge(replace(desired, catalogs=everything.catalogs), *DESTROY)
        states.append((each_world.sql(LIVE), each_world.sql(INDEXES)))
    for number in (1, 3, 2):
        before = dict(each_world.sql(SEQUENCES))
        plan = rollback(each_world, everything, number)
        assert not plan.errors
        each_world.apply(plan, *DESTROY)
        assert (each_world.sql(LIVE), each_world.sql(INDEXES)) == states[number - 1]
        assert not rollback(each_world, everything, number).changes
        after = dict(each_world.sql(SEQUENCES))
        assert all((after[name] or 0) >= (value or 0) for name, value in before.items()), "sequences never go back"


def test_the_last_changes_are_as_good_as_all(lived_in: World) -> None:
    changes = []
    for number in range(1, len(COURSE) + 1):
        changes += reading(lived_in, lambda archive, n=number: archive.entry(n))[1]
        memory = remembered(lived_in, number)
        assert (memory.number, memory.lost_before, memory.lost_since) == (number, 0, 0)
        owned, every = history.owned(memory, number), replayed(changes)
        assert {at: (r.owner, r.protected, r.document) for at, r in owned.items()} == {
            at: (r.owner, r.protected, r.document) for at, r in every.items()
        }


def test_what_was_nobodys_is_not_retired_by_going_back(each_world: World) -> None:
    each_world.converge(environment(template(A)))
    each_world.sql(
        "INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version,"
        " instance_prefix, bstatus, is_singleton) SELECT 'by hand', polymorphic_discriminator, category, type, 'b',"
        " version, instance_prefix, bstatus, is_singleton FROM generic_template"
    )
    later = replace(environment(template(A), template(B)), imports=("*",))
    each_world.converge(later)
    plan = rollback(each_world, later, 1)
    assert "PLN052" in {finding.code for finding in plan.findings}
    each_world.apply(plan)
    assert each_world.sql("SELECT subtype, name FROM generic_template WHERE NOT is_deleted ORDER BY 1") == [
        ("a", "a"),
        ("b", "by hand"),
    ]


def test_what_another_catalogue_took_is_a_conflict(each_world: World) -> None:
    ours = environment(template(A), template(B))
    each_world.converge(ours)
    each_world.converge(replace(environment(template(B, owner="theirs")), force=True))
    plan = rollback(each_world, ours, 1)
    assert [finding.code for finding in plan.errors] == ["PLN002"]
    each_world.converge(replace(ours, force=True))
    assert not rollback(each_world, ours, 1).changes


def test_reading_takes_as_many_statements_however_long_the_ledger_is(world: World) -> None:
    def statements() -> int:
        queries: list[bytes] = []
        with proxied(world.server.port, lambda message: queries.append(message[:1])) as port:
            there = world.with_port(port)
            remembered(there, 1)
            reading(there, lambda archive: archive.records("template.*", 20))
            reading(there, lambda archive: archive.entry(1))
        return queries.count(b"Q")

    world.converge(environment(*tubes(2)))
    few = statements()
    for number in range(4):
        world.converge(environment(*tubes(100, name=str(number))))
    assert statements() == few
