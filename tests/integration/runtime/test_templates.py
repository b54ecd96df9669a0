"""Templates are found, and what was read of them is dropped when an apply changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from runtime_worlds import BOX, PLATE, TUBE, build, connected, laboratory, templates
from tapdb_ctl import InstanceFactory, TAPDBConnection, TemplateManager
from tapdb_ctl.errors import NotFoundError
from worlds import World, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pg_servers import Server


@pytest.fixture
def world(pg16: Server, runtime_database: Callable[[Server], str]) -> World:
    return World(pg16, runtime_database(pg16))


@pytest.fixture
def app(world: World) -> Iterator[TAPDBConnection]:
    with connected(world.server, world.database) as connection:
        yield connection


def statements(db: TAPDBConnection) -> list[str]:
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    return said


def changed(**json_addl: object) -> list[object]:
    kept = [wanted for wanted in templates() if wanted.address.name != TUBE]
    return [*kept, template(TUBE, json_addl=json_addl)]


def test_an_apply_is_noticed_in_the_next_transaction(
    world: World, app: TAPDBConnection, factory: InstanceFactory
) -> None:
    with app.session_scope(commit=True) as session:
        assert factory.create_instance(session, TUBE, "old").json_addl["properties"]["volume"] == 1
    world.converge(laboratory(*changed(properties={"volume": 2})))  # type: ignore[arg-type]
    with app.session_scope(commit=True) as session:
        assert factory.create_instance(session, TUBE, "new").json_addl["properties"] == {"volume": 2}


def test_what_was_read_is_not_read_again(app: TAPDBConnection, factory: InstanceFactory) -> None:
    said = statements(app)
    for name in ("first", "second"):
        said.clear()
        with app.session_scope(commit=True) as session:
            factory.create_instance(session, TUBE, name)
    assert len(said) == 3, said  # who acts, the revision, the INSERT


def test_a_thousand_in_one_transaction_take_a_statement_each(app: TAPDBConnection, factory: InstanceFactory) -> None:
    said = statements(app)
    with app.session_scope(commit=True) as session:
        for number in range(1000):
            factory.create_instance(session, TUBE, f"T{number}")
    assert len(said) <= 1003


def test_the_highest_live_version_is_meant_by_a_star(
    world: World, app: TAPDBConnection, factory: InstanceFactory
) -> None:
    rack = "container/rack/x/1.0"
    layouts = [{"child_templates": ["container/tube/x/*"]}]
    more = [template(f"container/tube/x/{version}") for version in ("1.9", "1.10", "1.10rc1")]
    wanted = [*templates(), *more, template(rack, json_addl={"instantiation_layouts": layouts})]
    with app.session_scope() as session:
        factory.create_instance(session, TUBE, "so that 1.0 is known already")
    world.converge(laboratory(*wanted))
    with app.session_scope(commit=True) as session:
        made = factory.create_instance(session, rack, "R")
        assert [edge.child_instance.version for edge in made.parent_of_lineages] == ["1.10"]
        found = TemplateManager().get_template(session, "container/tube/x/*/")
        assert found is not None
        assert found.version == "1.10"
    world.converge(laboratory(*(w for w in wanted if w.address.name != "container/tube/x/1.10")), "template")
    with app.session_scope(commit=True) as session:
        made = factory.create_instance(session, rack, "R")
        assert [edge.child_instance.version for edge in made.parent_of_lineages] == ["1.10rc1"]


def test_one_manager_serves_two_databases(
    pg16: Server, runtime_database: Callable[[Server], str], factory: InstanceFactory
) -> None:
    first, second = (World(pg16, runtime_database(pg16)) for _ in range(2))
    second.converge(laboratory(*changed(properties={"volume": 7})))  # type: ignore[arg-type]
    for world, volume in ((first, 1), (second, 7), (first, 1)):
        with connected(pg16, world.database) as db, db.session_scope(commit=True) as session:
            assert factory.create_instance(session, TUBE, "T").json_addl["properties"]["volume"] == volume


def test_a_session_of_the_applications_own_does_as_well(app: TAPDBConnection, factory: InstanceFactory) -> None:
    engine = create_engine(app.engine.url)
    with Session(engine) as session:
        plate = factory.create_instance(session, PLATE, "P")
        session.commit()
        assert plate.parent_of_lineages.count() == 96
    engine.dispose()


def test_a_retired_template_is_no_longer_found(world: World, app: TAPDBConnection, factory: InstanceFactory) -> None:
    with app.session_scope() as session:
        factory.create_instance(session, BOX, "B")
    world.converge(laboratory(*(wanted for wanted in templates() if wanted.address.name != BOX)), "template")
    with app.session_scope() as session:
        with pytest.raises(NotFoundError, match="RUN005"):
            factory.create_instance(session, BOX, "B")
        assert factory.template_manager.get_template(session, BOX) is None


def test_what_is_no_template_gives_none(app: TAPDBConnection) -> None:
    manager = TemplateManager()
    with app.session_scope() as session:
        assert manager.get_template(session, "nonsense") is None
        assert manager.get_template_by_euid(session, "GT-9Z") is None
        tube = manager.get_template(session, TUBE + "/")
        assert tube is not None
        assert manager.get_template_by_euid(session, tube.euid) is tube
        assert manager.template_code_from_template(tube) == TUBE + "/"
        assert {t.subtype for t in manager.list_templates(session, category="content", type_="sample")} == {
            "dna",
            "strict",
        }


def test_a_database_made_anew_is_not_taken_for_the_old_one(
    world: World, app: TAPDBConnection, factory: InstanceFactory
) -> None:
    """Its revision is the same number, and its templates have other uuids."""
    with app.session_scope(commit=True) as session:
        factory.create_instance(session, TUBE, "T")
    server, name = world.server, world.database
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
    build(server, name, template("container/aaa/first/1.0"))
    app.engine.dispose()
    with app.session_scope(commit=True) as session:
        assert factory.create_instance(session, TUBE, "T").parent_template.type == "tube"
