"""Which indexes PostgreSQL uses for searches, on each version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import URL, ColumnElement, create_engine, event, text
from sqlalchemy.orm import Session

from managed import build_schema
from tapdb_ctl.properties import PropertyIndex, path, written
from tapdb_ctl.runtime.models import audit_log, generic_instance
from tapdb_ctl.runtime.models.instance import container_instance
from tapdb_ctl.runtime.search import audit, instances, prop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pg_servers import Server

CODE = "container/tube/t's/1.0"
NUMBER = 1234
MOMENT = datetime(2026, 11, 21, tzinfo=UTC)

TEMPLATE = """
    INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version, instance_prefix,
                                  bstatus)
    VALUES ('tube', 'container_template', 'container', 'tube', 't''s', '1.0', 'CX', 'active')
"""
TUBES = f"""
    INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version, template_uuid,
                                  bstatus, json_addl)
    SELECT 'i' || n, 'container_instance', category, type, subtype, version, uuid, 'created',
           jsonb_build_object('properties', jsonb_build_object(
               'barcode', 'BC' || n, 'unique', 'U' || n, 'volume', n / 10.0, 'dirty', n = {NUMBER}, 'made',
               to_char(timestamp '{MOMENT:%Y-%m-%d}' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
      FROM generic_template, generate_series(1, 3000) AS n
"""
UPDATE = f"UPDATE generic_instance SET bstatus = 'found' WHERE name = 'i{NUMBER}'"
INDEXES = {
    kind: PropertyIndex(CODE, path(f"properties.{key}"), read_as, unique=kind == "unique")
    for kind, key, read_as in (
        ("text", "barcode", "text"),
        ("unique", "unique", "text"),
        ("numeric", "volume", "numeric"),
        ("timestamptz", "made", "timestamptz"),
        ("boolean", "dirty", "boolean"),
    )
}


@pytest.fixture(scope="session")
def filled() -> Callable[[Server], URL]:
    """A database of 3,000 tubes with an index of each kind on every server; nobody writes there."""
    made: dict[int, URL] = {}

    def database(server: Server) -> URL:
        if server.major not in made:
            server.run("CREATE DATABASE planned TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
            build_schema(server.dsn("planned"), "public")
            url = URL.create("postgresql", server.user, server.password, server.host, server.port, "planned")
            engine = create_engine(url.set(drivername="postgresql+psycopg2"))
            definitions = (index.definition for index in INDEXES.values())
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for statement in (*definitions, TEMPLATE, TUBES, UPDATE, "VACUUM ANALYZE"):
                    connection.exec_driver_sql(statement)
            engine.dispose()
            made[server.major] = url
        return made[server.major]

    return database


@pytest.fixture(
    params=[("pg15", "psycopg2"), ("pg16", "psycopg2"), ("pg16", "psycopg"), ("pg18", "psycopg")], ids=" ".join
)
def session(filled: Callable[[Server], URL], request: pytest.FixtureRequest) -> Iterator[Session]:
    server, driver = request.param
    engine = create_engine(filled(request.getfixturevalue(server)).set(drivername=f"postgresql+{driver}"))
    with Session(engine) as session:
        yield session
    engine.dispose()


def plans(session: Session, ask: Callable[[], object]) -> str:
    """How PostgreSQL goes about the statements that are sent."""
    sent: list[tuple[str, Any]] = []
    connection = session.connection()

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", remember)
    ask()
    event.remove(connection, "before_cursor_execute", remember)
    explained = [connection.exec_driver_sql(f"EXPLAIN {statement}", parameters) for statement, parameters in sent]
    return "\n".join(line for lines in explained for line in lines.scalars())


CONDITIONS: dict[str, tuple[str, ColumnElement[bool]]] = {
    "text": ("text", prop("properties.barcode") == f"BC{NUMBER}"),
    "one of several": ("text", prop("properties.barcode").in_([f"BC{NUMBER}", "BC"])),
    "a prefix": ("text", prop("properties.barcode").startswith(f"BC{NUMBER}")),
    "unique": ("unique", prop("properties.unique") == f"U{NUMBER}"),
    "numeric": ("numeric", prop("properties.volume") == NUMBER / 10),
    "a range": ("numeric", prop("properties.volume").between(NUMBER / 10, NUMBER / 10 + 0.01)),
    "timestamptz": ("timestamptz", prop("properties.made") == MOMENT + timedelta(minutes=NUMBER)),
    "boolean": ("boolean", prop("properties.dirty") == True),  # noqa: E712
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_property_is_found_by_the_index_that_its_template_declares(session: Session, condition: str) -> None:
    kind, wanted = CONDITIONS[condition]
    search = instances(session, container_instance, template=CODE).where(wanted)
    assert search.one().name == f"i{NUMBER}"
    for ask in (search.all, search.first, search.one, search.page, search.count):
        assert INDEXES[kind].name in plans(session, ask)


def test_a_plan_that_knows_no_values_uses_it_too(server: Server, filled: Callable[[Server], URL]) -> None:
    """A driver that prepares its statements gets one sooner or later."""
    url = filled(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args={"prepare_threshold": 0})
    with Session(engine) as session:
        session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        search = instances(session, template=CODE).where(prop("properties.barcode") == f"BC{NUMBER}")
        assert search.one().name == f"i{NUMBER}"
        read = "SELECT seq_scan, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'generic_instance'"
        assert session.execute(text(read)).one() == (0, 1)
    engine.dispose()


def test_content_is_found_by_the_index_on_it(session: Session) -> None:
    search = instances(session, contains={"properties": {"barcode": f"BC{NUMBER}"}})
    assert search.one().name == f"i{NUMBER}"
    for ask in (search.all, search.first, search.one, search.page, search.count):
        assert "idx_generic_instance_json_addl_gin" in plans(session, ask)


@pytest.mark.parametrize("kind", ["text", "numeric", "timestamptz"])
@pytest.mark.parametrize("descending", [False, True])
def test_a_page_deep_in_the_order_of_a_property_begins_where_it_begins(
    session: Session, kind: str, descending: bool
) -> None:
    index = INDEXES[kind]
    key = prop(written(index.path), index.read_as)
    search = instances(session, template=CODE).order_by(key.desc() if descending else key)
    token = search.page(size=1500).next
    plan = plans(session, lambda: search.page(token, size=10))
    assert index.name in plan
    assert "Index Cond" in plan
    assert "Presorted Key" in plan


def test_a_range_in_the_order_of_its_property_is_read_from_the_index(session: Session) -> None:
    volume = prop("properties.volume", "numeric")
    plan = plans(session, instances(session, template=CODE).where(volume >= 100).order_by(volume).page)
    assert f"Index Scan using {INDEXES['numeric'].name}" in plan
    assert "Presorted Key" in plan


def test_a_page_deep_among_all_instances_begins_where_it_begins(session: Session) -> None:
    token = instances(session).page(size=1500).next
    plan = plans(session, lambda: instances(session).page(token, size=10))
    assert "Index Cond: (uuid > " in plan
    assert "Sort" not in plan


def test_the_log_is_read_by_record_and_by_time(session: Session) -> None:
    euid = instances(session).where(generic_instance.name == f"i{NUMBER}").one().euid
    for record in (euid, instances(session).where(generic_instance.euid == euid).one().uuid):
        history = audit(session, record=record)
        assert [row.operation_type for row in history.all()] == ["INSERT", "UPDATE"]
        assert "idx_audit_log_rel_table_euid_fk" in plans(session, history.page)
    late = audit(session, since=datetime.now(UTC) + timedelta(days=1))
    for ask in (late.page, late.order_by(audit_log.changed_at.desc()).page):
        assert "idx_audit_log_changed_at" in plans(session, ask)
