"""What is missing in the world is explained: one finding, what to do, no secret, nothing written."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.session import Session
from tapdb_ctl.providers.postgres.target import Settings, Target
from worlds import World, environment, tubes

if TYPE_CHECKING:
    from pg_servers import Server

SECRET = "canary-7f3a"


def target(server: Server, **changed: object) -> Target:
    given = Target(server.host, server.port, server.user, "postgres", server.password)
    return replace(given, **changed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"password": SECRET}, "PG002"),
        ({"user": "nobody-here", "password": SECRET}, "PG002"),
        ({"database": "no_such"}, "PG003"),
        ({"port": 1}, "PG001"),
        ({"sslmode": "verify-ca", "sslrootcert": "/no/such/ca.pem"}, "PG026"),
        ({"host": "no-such-host.invalid"}, "PG001"),
    ],
)
def test_what_keeps_us_out_is_said(server: Server, changed: dict[str, object], code: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        Session(target(server, **changed), Settings())
    (finding,) = caught.value.findings
    assert finding.code == code
    assert finding.hint
    assert SECRET not in str(caught.value) + repr(target(server, password=SECRET))


def test_ambient_variables_do_not_redirect(pg16: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PGHOST": "no-such-host.invalid",
        "PGHOSTADDR": "192.0.2.1",
        "PGPORT": "1",
        "PGUSER": "nobody",
        "PGDATABASE": "no_such",
        "PGOPTIONS": "-c search_path=elsewhere",
        "PGSSLMODE": "verify-full",
        "PGTARGETSESSIONATTRS": "standby",
        "PGSERVICE": "no_such_service",
        "PGCONNECT_TIMEOUT": "1",
        "PGCLIENTENCODING": "LATIN1",
        "PGREQUIREAUTH": "none",
        "PGCHANNELBINDING": "require",
        "PGSSLROOTCERT": "system",
        "PGTZ": "nowhere",
        "PGDATESTYLE": "German",
        "PGSSLMINPROTOCOLVERSION": "x",
    }.items():
        monkeypatch.setenv(name, value)
    with closing(Session(target(pg16), Settings())) as session, session.reading():
        assert session.rows("SELECT current_database(), current_user, inet_server_port()") == [
            ("postgres", pg16.user, pg16.port)
        ]


def test_a_password_that_the_manifest_leaves_out_comes_from_the_environment(
    pg16: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", pg16.password)
    Session(target(pg16, password=None), Settings()).close()


def test_another_encoding_is_refused(pg16: Server) -> None:
    pg16.run("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    try:
        with pytest.raises(DatabaseError, match=r"PG012.*LATIN1"):
            World(pg16, "latin").plan(environment(*tubes(1)))
    finally:
        pg16.run("DROP DATABASE latin WITH (FORCE)")


def test_a_role_without_rights_is_told_so(world: World) -> None:
    world.converge(environment(*tubes(1)))
    world.sql("DROP ROLE IF EXISTS poor; CREATE ROLE poor LOGIN PASSWORD 'x'; GRANT pg_read_all_data TO poor")
    poor = replace(world, server=replace(world.server, user="poor", password="x"))
    with pytest.raises(Exception, match=r"PG004.*permission denied"):
        poor.apply(poor.plan(environment(*tubes(2))))
    assert world.value("SELECT count(*) FROM generic_template") == 1


def test_rights_on_an_existing_schema_are_enough(world: World) -> None:
    world.sql("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'x'; CREATE SCHEMA lab AUTHORIZATION guest")
    server = replace(world.server, user="guest", password="x")
    guest = replace(world, server=server, settings=replace(world.settings, schema="lab"))
    guest.converge(environment(*tubes(1)))
    assert guest.plan(environment(*tubes(1))).changes == ()
    world.sql("DROP SCHEMA lab CASCADE; DROP ROLE guest")


def test_a_lost_record_of_the_schema_is_named(world: World) -> None:
    world.converge(environment(*tubes(1)))
    world.sql("DELETE FROM tapdb_meta")
    with pytest.raises(DatabaseError, match="PG025"):
        world.plan(environment(*tubes(1)))


def test_a_schema_that_tapdb_did_not_build_is_left_alone(world: World) -> None:
    world.sql("CREATE TABLE generic_template (uuid bigint)")
    with pytest.raises(DatabaseError, match="PG013"):
        world.plan(environment(*tubes(1)))


def test_settings_of_the_role_do_not_change_meanings(world: World) -> None:
    world.sql(
        f"ALTER DATABASE {world.database} SET search_path = 'elsewhere';"
        f"ALTER DATABASE {world.database} SET TimeZone = 'Asia/Tokyo';"
        f"ALTER DATABASE {world.database} SET DateStyle = 'German';"
        f"ALTER DATABASE {world.database} SET client_encoding = 'LATIN1';"
        f"ALTER DATABASE {world.database} SET quote_all_identifiers = on;"
        f"ALTER DATABASE {world.database} SET standard_conforming_strings = off"
    )
    desired = environment(*tubes(3, json_addl={"path": "C:\\temp\\'x' → ü"}))
    world.converge(desired)
    assert world.plan(desired).changes == ()
    stored = world.value("SELECT convert_to(json_addl ->> 'path', 'UTF8') FROM public.generic_template LIMIT 1")
    assert bytes(stored).decode() == "C:\\temp\\'x' → ü"


@pytest.mark.parametrize("schema", ["lab", "Odd Name", 'quo"ted', "select"])
def test_any_schema_name_serves(each_world: World, schema: str) -> None:
    world = replace(each_world, settings=replace(each_world.settings, schema=schema))
    desired = environment(*tubes(2))
    world.converge(desired)
    assert world.plan(desired).changes == ()
    quoted = schema.replace('"', '""')
    assert world.value(f'SELECT count(*) FROM "{quoted}".generic_template') == 2
    assert world.value("SELECT to_regclass('public.generic_template')") is None


def test_the_application_is_named(world: World) -> None:
    named = replace(world, settings=replace(world.settings, application_name="tapdb apply dev"))
    with named.providers() as (_, postgres), postgres.transaction():
        names = world.sql("SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'tapdb%%'", ())
    assert names == [("tapdb apply dev",)]


def test_a_lost_sequence_starts_past_what_was_used(world: World) -> None:
    desired = environment(*tubes(1))
    world.converge(desired)
    make = (
        "INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version,"
        " template_uuid, bstatus) SELECT 'i', 'container_instance', category, type, subtype, version, uuid, 'new'"
        " FROM generic_template, generate_series(1, %s)"
    )
    world.sql(make, 7)
    world.sql("DROP SEQUENCE cx_instance_seq; DROP SEQUENCE tad_audit_seq")
    plan = world.plan(desired)
    assert [str(p.change.address) for p in plan.changes] == ["identity.audit_log", "prefix.CX"]
    world.apply(plan)
    world.sql(make, 1)
    assert world.value("SELECT max(euid_seq) FROM generic_instance") == 8
    assert world.value("SELECT count(*) = count(DISTINCT euid) FROM audit_log") is True


def test_a_busy_template_table_is_explained(world: World) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(2)))
    hasty = replace(world, settings=replace(world.settings, lock_wait=1, lock_timeout=0.1))
    with world.connection() as connection, connection.cursor() as cursor:
        cursor.execute("SET application_name = 'nightly report'; UPDATE generic_template SET bstatus = 'x'")
        with pytest.raises(Exception, match=r"PG032.*use the tables.*nightly report \(pid \d+\)"):
            hasty.apply(plan)
        connection.rollback()
    assert hasty.apply(plan).ledger == 2
