"""json_addl_schema holds for what the ORM writes, and rows of unknown classes can be read but not made."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm.attributes import flag_modified

from orm_rows import cup_template, edge, names, tube
from runtime_worlds import QUEUE, SCHEMA, STRICT, TUBE, WELL
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage
from tapdb_ctl.runtime.models.instance import container_instance

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection

GOOD, BAD = {"properties": {"barcode": "BC1"}}, {"properties": {"barcode": "BC1", "volume": -1}}


def strict(session: Session, name: str, document: dict[str, Any] | None = None) -> container_instance:
    return tube(session, name, STRICT, **({} if document is None else {"json_addl": document}))


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (BAD, "json_addl.properties.volume: minimum 0"),
        ({"properties": {}}, "json_addl.properties.barcode: required"),
        (None, None),  # the schema asks for nothing there
    ],
)
def test_a_new_instance_is_judged(db: TAPDBConnection, document: dict[str, Any] | None, path: str | None) -> None:
    with db.session_scope(commit=True) as session:
        session.add(strict(session, "S", document))
        if path is None:
            session.flush()
            return
        with pytest.raises(InvalidInputError) as refused:
            session.flush()
        assert refused.value.findings[0].code == "RUN011"
        assert refused.value.findings[0].detail == f"'S' of {STRICT}: {path}"
        session.expunge_all()
    assert names(db) == []


def test_a_changed_document_is_judged_and_the_instance_named(db: TAPDBConnection) -> None:
    with db.session_scope(commit=True) as session:
        session.add(one := strict(session, "S", GOOD))
        session.commit()
        euid = one.euid
        one.json_addl = BAD
        with pytest.raises(InvalidInputError, match=f"{euid} of {STRICT}: json_addl.properties.volume"):
            session.flush()
        session.rollback()
        one.json_addl["properties"]["volume"] = -1
        flag_modified(one, "json_addl")
        with pytest.raises(InvalidInputError, match="RUN011"):
            session.commit()
        session.rollback()


def test_all_that_is_wrong_is_told_at_once(db: TAPDBConnection) -> None:
    with db.session_scope() as session:
        session.add_all([strict(session, "a", BAD), strict(session, "b", GOOD), strict(session, "c", BAD)])
        with pytest.raises(InvalidInputError) as refused:
            session.flush()
        assert [finding.detail[:3] for finding in refused.value.findings] == ["'a'", "'c'"]


def test_what_was_refused_before_its_schema_may_change_otherwise(db: TAPDBConnection) -> None:
    with db.session_scope(commit=True) as session:
        session.add(one := strict(session, "S", GOOD))
        session.flush()
        session.execute(text("UPDATE generic_instance SET json_addl = '{\"properties\": {}}'"))
        session.expire(one)
        one.bstatus = "used"
    assert names(db) == ["S"]


def test_a_hook_cannot_get_around_it(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.before_create
    def spoil(_: Session, instance: generic_instance) -> None:
        instance.json_addl = BAD

    with db.session_scope() as session:
        with pytest.raises(InvalidInputError, match="RUN011"):
            factory.create_instance(session, STRICT, "f", GOOD["properties"])
        session.add(strict(session, "o", GOOD))
        with pytest.raises(InvalidInputError, match="RUN011"):
            session.flush()


def test_unknown_templates_are_read_in_one_statement(db: TAPDBConnection, said: list[str]) -> None:
    with db.session_scope(commit=True) as session:
        codes = [STRICT, TUBE]
        rows = [tube(session, "x", code, json_addl=GOOD) for code in codes for _ in range(50)]
        session.commit()
        db._context.catalog.clear()
        said.clear()
        session.add_all(rows)
        session.flush()
    assert [statement.split()[0] for statement in said[1:4]] == ["SELECT", "--", "INSERT"]


def test_a_template_of_the_same_flush_judges(db: TAPDBConnection) -> None:
    with db.session_scope() as session:
        cup = cup_template(json_addl_schema=SCHEMA)
        named = {"category": "container", "type": "cup", "subtype": "x", "version": "1.0", "bstatus": "new"}
        one = container_instance(name="c", parent_template=cup, json_addl=BAD, **named)
        session.add(one)
        with pytest.raises(InvalidInputError, match=r"'c' of container/cup/x/1.0"):
            session.flush()
        one.json_addl = GOOD
        session.flush()
        cup.json_addl_schema, one.json_addl = None, BAD
        session.flush()
        cup.json_addl_schema, one.json_addl = SCHEMA, {"properties": {}}
        with pytest.raises(InvalidInputError, match=one.euid):
            session.flush()


def test_an_unknown_class_is_refused_and_what_others_wrote_is_read(db: TAPDBConnection) -> None:
    with db.session_scope(commit=True) as session:
        session.add(tube(session, "s", polymorphic_discriminator="spaceship_instance"))
        with pytest.raises(InvalidInputError, match=r"RUN010.*'s': spaceship_instance"):
            session.flush()
        session.expunge_all()
        session.add_all([one := tube(session, "a"), two := tube(session, "b")])
        session.flush()
        session.execute(text("UPDATE generic_instance SET polymorphic_discriminator = 'spaceship_instance'"))
        session.add(edge(one, two))
        session.flush()
        session.execute(text("UPDATE generic_instance_lineage SET polymorphic_discriminator = 'wormhole'"))
    with db.session_scope(commit=True) as session:
        found = session.scalars(select(generic_instance).order_by(generic_instance.name)).all()
        assert [type(row) for row in found] == [generic_instance] * 2
        assert session.get(generic_instance, found[0].uuid) is found[0]
        assert session.scalars(select(container_instance)).all() == []
        (read,) = found[0].get_sorted_parent_of_lineages()
        assert (type(read), read.child_instance) == (generic_instance_lineage, found[1])
        found[0].bstatus = "seen"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # SQLAlchemy says that others may know more of the row
            session.commit()
        assert found[0].polymorphic_discriminator == "spaceship_instance"
    assert names(db) == ["a", "b"]


@pytest.mark.parametrize("by", ["object", "uuid"])
def test_edges_that_templates_do_not_expect_are_refused(db: TAPDBConnection, by: str) -> None:
    with db.session_scope(commit=True) as session:
        good, well, queue = tube(session, "t"), tube(session, "w", WELL), tube(session, "q", QUEUE)
        session.add_all([good, well, queue])
        session.flush()
        session.add(edge(good, queue, by))
        session.flush()
        session.add(edge(well, queue, by))
        with pytest.raises(InvalidInputError, match=f"RUN013.*{well.euid}->{queue.euid}: {QUEUE} expects"):
            session.flush()
        session.rollback()
