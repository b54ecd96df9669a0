"""create_instances: EUIDs in order, batches, children, refusals by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text

from runtime_worlds import BOX, PLATE, STRICT, TUBE
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime.bulk import batches
from tapdb_ctl.runtime.bulk.rows import NewInstance
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection


def said(db: TAPDBConnection) -> list[str]:
    found: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: found.append(a[2]))
    return found


def names(session: Session, euids: list[str]) -> list[str]:
    rows = dict(map(tuple, session.execute(select(generic_instance.euid, generic_instance.name))))
    return [rows[euid] for euid in euids]


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(generic_instance)) or 0


def test_euids_come_in_the_order_of_the_rows(each_db: TAPDBConnection, factory: InstanceFactory) -> None:
    rows = [{"name": f"T{number}", "properties": {"number": number}} for number in range(100)]
    with each_db.session_scope(commit=True) as session:
        euids = factory.create_instances(session, TUBE, rows)
        assert names(session, euids) == [row["name"] for row in rows]
        held = session.scalars(select(generic_instance).where(generic_instance.euid == euids[7])).one()
        session.expunge(held)
    assert held.json_addl["properties"] == {"volume": 1, "maker": {"name": "acme", "country": "CH"}, "number": 7}
    assert (held.bstatus, held.polymorphic_discriminator) == ("empty", "container_instance")


def test_a_batch_takes_one_statement(
    db: TAPDBConnection, factory: InstanceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tapdb_ctl.runtime.bulk.sowing.ROWS", 10)
    statements = said(db)
    with db.session_scope(commit=True) as session:
        euids = factory.create_instances(session, TUBE, (NewInstance(f"T{i}") for i in range(25)))
        assert names(session, euids) == [f"T{i}" for i in range(25)]
    assert len([one for one in statements if "INSERT" in one]) == 3
    assert len(statements) <= 3 + 6, statements


def test_heavy_rows_make_smaller_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "CHARACTERS", 10)
    assert list(batches.batches([4, 4, 4, 11, 1], 100, lambda size: size)) == [[4, 4, 4], [11], [1]]


def test_children_of_layouts_come_along(db: TAPDBConnection, factory: InstanceFactory) -> None:
    statements = said(db)
    with db.session_scope(commit=True) as session:
        euids = factory.create_instances(session, PLATE, [{"name": "P1"}, {"name": "P2"}, {"name": "P3"}])
        written = len(statements)
        assert names(session, euids) == ["P1", "P2", "P3"]
        plate = session.scalars(select(generic_instance).where(generic_instance.euid == euids[1])).one()
        wells = [edge.child_instance.name for edge in plate.parent_of_lineages]
        assert sorted(wells) == sorted(f"W{index}" for index in range(1, 97))
        assert count(session) == 3 * 97
        factory.create_instances(session, PLATE, [{"name": "P4"}], create_children=False)
        assert count(session) == 3 * 97 + 1
    assert written <= 8


def test_what_a_row_says_is_laid_over_the_template(db: TAPDBConnection, factory: InstanceFactory) -> None:
    row = {
        "name": "Zeile\n\"1\" 'é'",
        "bstatus": "full",
        "json_addl": {"note": [1, "\\u0000"], "properties": {"maker": {"name": "x"}, "lot": 1}},
        "properties": {"lot": 2},
    }
    with db.session_scope(commit=True) as session:
        (euid,) = factory.create_instances(session, TUBE, [row])
        made = session.scalars(select(generic_instance).where(generic_instance.euid == euid)).one()
        session.expunge(made)
    assert (made.name, made.bstatus) == (row["name"], "full")
    assert made.json_addl["note"] == [1, "\\u0000"]
    assert made.json_addl["properties"] == {"volume": 1, "maker": {"name": "x", "country": "CH"}, "lot": 2}


def test_every_refused_row_is_told_and_none_written(db: TAPDBConnection, factory: InstanceFactory) -> None:
    rows: list[Any] = [
        {"name": "fine", "properties": {"barcode": "BC1"}},
        {"name": "wrong", "properties": {"barcode": "XX"}},
        {"name": "missing"},
        {"name": "negative", "properties": {"barcode": "BC2", "volume": -1}},
        {"nam": "typo"},
        {"properties": {}},
        {"name": 7},
        {"name": "nul\0"},
        {"name": "half \ud800", "properties": {"barcode": "BC3"}},
        {"name": "deep nul", "properties": {"barcode": "BC4", "note": "\0"}},
        {"name": "list", "properties": []},
        {"name": "key", "idempotency_key": "", "properties": {"barcode": "BC5"}},
        "no mapping",
    ]
    with db.session_scope(commit=True) as session:
        with pytest.raises(InvalidInputError) as caught:
            factory.create_instances(session, STRICT, rows)
        assert count(session) == 0
    details = [finding.detail for finding in caught.value.findings]
    assert [detail.split(":")[0] for detail in details] == [f"row {number}" for number in range(2, 14)]
    assert details[0].startswith(f"row 2: 'wrong' of {STRICT}: json_addl.properties.barcode: pattern")
    assert details[1].startswith(f"row 3: 'missing' of {STRICT}: json_addl.properties.barcode: required")


def test_a_later_batch_undoes_the_earlier_ones(
    db: TAPDBConnection, factory: InstanceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tapdb_ctl.runtime.bulk.sowing.ROWS", 2)
    with db.session_scope(commit=True) as session:
        kept = factory.create_instances(session, TUBE, [{"name": "kept"}])
        with pytest.raises(InvalidInputError, match="row 5"):
            factory.create_instances(session, TUBE, [*({"name": f"T{i}"} for i in range(4)), {}])
    with db.session_scope() as session:
        assert names(session, kept) == ["kept"]
        assert count(session) == 1


def test_unknown_templates_and_no_rows(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        assert factory.create_instances(session, BOX, []) == []
        with pytest.raises(NotFoundError):
            factory.create_instances(session, "a/b/c/1", [])


def test_all_of_it_is_audited_under_the_actor(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        euids = factory.create_instances(session, TUBE, [{"name": f"T{i}"} for i in range(3)])
        rows = session.execute(
            text("SELECT rel_table_euid_fk, operation_type FROM audit_log WHERE changed_by = 'tester' ORDER BY uuid")
        )
        assert rows.all() == [(euid, "INSERT") for euid in euids]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
rows_of_any_kind = st.lists(
    st.fixed_dictionaries({"name": texts.filter(bool), "properties": st.dictionaries(texts, documents, max_size=3)}),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows_of_any_kind)
def test_what_is_written_is_what_was_given(
    db: TAPDBConnection, factory: InstanceFactory, rows: list[dict[str, Any]]
) -> None:
    with db.session_scope() as session:
        euids = factory.create_instances(session, TUBE, rows)
        found = {row.euid: row for row in session.scalars(select(generic_instance))}
        default = {"volume": 1, "maker": {"name": "acme", "country": "CH"}}
        for euid, row in zip(euids, rows, strict=True):
            assert found[euid].name == row["name"]
            given_properties = {k: v for k, v in row["properties"].items() if k != "maker"}
            held = {k: v for k, v in found[euid].json_addl["properties"].items() if k != "maker"}
            assert held == {k: v for k, v in default.items() if k != "maker"} | given_properties
