"""Whose rights count: foreign keys that a superuser switched off, owners, and others in the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from repairing import DESIRED

if TYPE_CHECKING:
    from worlds import World

OWNERS = """
    SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION
    SELECT pg_get_userbyid(proowner)::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"""


def test_foreign_keys_that_were_switched_off_are_enforced_again(clone: World) -> None:
    clone.sql("ALTER TABLE generic_instance DISABLE TRIGGER ALL")
    plan = clone.plan(DESIRED)
    assert "schema.constraint/generic_instance.generic_instance_template_uuid_fkey" in {
        str(planned.change.address) for planned in plan.changes
    }
    clone.apply(plan)
    assert not clone.plan(DESIRED).changes
    assert not clone.sql("SELECT FROM pg_trigger WHERE tgenabled <> 'O'")


def test_rows_that_broke_a_foreign_key_meanwhile_are_named(clone: World) -> None:
    clone.sql("""
        ALTER TABLE generic_instance DISABLE TRIGGER ALL;
        INSERT INTO generic_instance (euid, euid_prefix, euid_seq, name, polymorphic_discriminator, category, type,
            subtype, version, template_uuid, bstatus)
        VALUES ('CX-19', 'CX', 1, 'x', 'x', 'a', 'b', 'c', '1', 99, 'x')""")
    (error,) = clone.plan(DESIRED).errors
    assert error.code == "PG045"
    assert "99" in error.detail


def test_what_a_superuser_makes_belongs_to_the_owner_of_the_tables(clone: World) -> None:
    clone.sql("""
        CREATE ROLE landlord; GRANT CREATE, USAGE ON SCHEMA public TO landlord;
        DO $$ DECLARE it record; BEGIN
            FOR it IN SELECT oid::regclass AS name FROM pg_class
                       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
                EXECUTE format('ALTER TABLE %s OWNER TO landlord', it.name);
            END LOOP;
            FOR it IN SELECT oid::regclass AS name FROM pg_class
                       WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
                         AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'i') LOOP
                EXECUTE format('ALTER SEQUENCE %s OWNER TO landlord', it.name);
            END LOOP;
            FOR it IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
                EXECUTE format('ALTER FUNCTION %s OWNER TO landlord', it.name);
            END LOOP;
        END $$;
        DROP FUNCTION record_insert() CASCADE; DROP TABLE tapdb_deleted_edge""")
    try:
        clone.converge(DESIRED)
        assert clone.sql(OWNERS) == [("landlord",)]
        assert not clone.plan(DESIRED).changes
    finally:
        clone.sql("DROP OWNED BY landlord CASCADE; DROP ROLE landlord")


@pytest.mark.parametrize("role", ["PUBLIC", "pg_monitor"])
def test_others_who_may_create_in_the_schema_are_named(clone: World, role: str) -> None:
    clone.sql(f"GRANT CREATE ON SCHEMA public TO {role}")
    assert role in next(f.detail for f in clone.plan(DESIRED).findings if f.code == "PG055")


def test_default_privileges_do_not_spoil_a_repair(clone: World) -> None:
    clone.sql("""
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
        ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
        DROP TABLE tapdb_deleted_edge CASCADE; DROP FUNCTION tapdb_property_text(jsonb, text[]);
        DROP SEQUENCE generic_template_seq""")
    clone.converge(DESIRED)
    assert not clone.plan(DESIRED).changes


def test_a_temporary_sequence_numbers_nothing(clone: World) -> None:
    with pytest.raises(Exception, match="no EUID sequence for prefix ZZ"):
        clone.sql("""
            CREATE TEMPORARY SEQUENCE zz_instance_seq;
            INSERT INTO generic_instance (euid, name, polymorphic_discriminator, category, type, subtype, version,
                template_uuid, bstatus)
            SELECT meridian_generate_euid('ZZ', 5), 'x', 'x', 'a', 'b', 'c', '1', uuid, 'x' FROM generic_template""")


def test_an_explicit_euid_cannot_use_a_sequence_up(clone: World) -> None:
    with pytest.raises(Exception, match="too large a number"):
        clone.sql("""
            INSERT INTO generic_instance (euid, name, polymorphic_discriminator, category, type, subtype, version,
                template_uuid, bstatus)
            SELECT meridian_generate_euid('CX', 9223372036854775807), 'x', 'x', 'a', 'b', 'c', '1', uuid, 'x'
              FROM generic_template""")
