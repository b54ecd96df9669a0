"""load_instances where the database refuses rows: whom it means is found with few statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select, text

from runtime_worlds import SAMPLE, TUBE
from tapdb_ctl import properties
from tapdb_ctl.properties import PropertyIndex
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection
    from tapdb_ctl.properties import ValueType


def unique(session: Session, path: str, read_as: ValueType = "text") -> None:
    index = PropertyIndex(TUBE, properties.path(path), read_as, unique=True)
    session.execute(text(index.definition.replace(":", r"\:")))


def rows(*numbers: int) -> list[dict[str, Any]]:
    return [{"name": f"T{n}", "properties": {"code": f"TB{n:06}", "number": n}} for n in numbers]


def heard(db: TAPDBConnection) -> list[str]:
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    return said


def test_taken_values_are_found_for_a_batch_at_once(each_db: TAPDBConnection, factory: InstanceFactory) -> None:
    with each_db.session_scope(commit=True) as session:
        unique(session, "properties.code")
        unique(session, 'properties."n:o"', "numeric")
        unique(session, "properties.number", "numeric")
        factory.create_instances(session, TUBE, rows(*range(0, 500, 2)))
        factory.create_instances(session, SAMPLE, rows(1))
        said = heard(each_db)
        report = factory.load_instances(session, TUBE, rows(*range(500), 499), on_error="collect")
        assert (report.loaded, report.refused) == (250, 251)
        assert len(said) <= 20, len(said)
        summary = "an instance with this value is there: properties"
        assert report.errors[5].message == f"{summary}.code TB000010 is taken"
        assert report.errors[-1].message == f"{summary}.code TB000499 is taken"
        assert [error.line for error in report.errors] == [*range(1, 501, 2), 501]
        assert session.scalar(select(func.count()).select_from(generic_instance)) == 250 + 1 + 250


def test_rows_that_are_there_by_their_keys_take_no_value_from_themselves(
    db: TAPDBConnection, factory: InstanceFactory
) -> None:
    keyed = [row | {"idempotency_key": row["name"]} for row in rows(1, 2, 3, 2)]
    keyed[2]["properties"] = {"code": "TB000001"}
    with db.session_scope(commit=True) as session:
        unique(session, "properties.code")
        factory.create_instances(session, TUBE, keyed[:2])
        report = factory.load_instances(session, TUBE, [*keyed, *rows(4)], on_error="collect")
        assert [(error.line, error.message.split(": ")[1]) for error in report.errors] == [
            (3, "properties.code TB000001 is taken")
        ]
        assert (report.loaded, len(set(report.euids))) == (4, 3)


@pytest.mark.parametrize(("bad", "most"), [(range(200), 4 * 212), ([57], 4 * 26), ([0, 199], 4 * 40), ([], 3)])
def test_other_refusals_cost_a_bounded_number_of_attempts(
    db: TAPDBConnection, factory: InstanceFactory, bad: Any, most: int
) -> None:
    with db.session_scope(commit=True) as session:
        session.execute(text("ALTER TABLE generic_instance ADD CONSTRAINT no_bad CHECK (bstatus <> 'bad')"))
        given = [row | {"bstatus": "bad" if n in bad else "good"} for n, row in enumerate(rows(*range(200)))]
        session.execute(text("SELECT 1"))
        factory.template_manager.blueprint(session, TUBE)
        said = heard(db)
        report = factory.load_instances(session, TUBE, given, on_error="collect")
        assert [error.line - 1 for error in report.errors] == list(bad)
        assert report.loaded == 200 - len(bad)
        assert len(said) <= most + 2, len(said)


def test_a_unique_index_that_nobody_declared_is_told_too(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        session.execute(text("CREATE UNIQUE INDEX own ON generic_instance (name) WHERE category = 'container'"))
        factory.create_instances(session, TUBE, rows(5))
        report = factory.load_instances(session, TUBE, rows(*range(10)), on_error="collect")
        assert [error.line for error in report.errors] == [6]
        assert "own" in report.errors[0].message
