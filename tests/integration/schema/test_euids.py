from __future__ import annotations

import random
from typing import TYPE_CHECKING

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import errors

from tapdb_ctl import euid

if TYPE_CHECKING:
    from managed import Tapdb

BIGGEST = 2**63 - 1
PREFIX = st.from_regex(euid.PREFIX_PATTERN, fullmatch=True)

# Published by TAPDB 0.1.13.
VECTORS = [
    ("GT", 1, "GT-13"),
    ("GX", 1, "GX-10"),
    ("GX", 42, "GX-1A0"),
    ("GN", 1, "GN-18"),
    ("WX", 1, "WX-18"),
    ("WSX", 31, "WSX-ZN"),
    ("XX", 32, "XX-107"),
    ("CX", 1000, "CX-Z8A"),
    ("CX", 2**31, "CX-20000007"),
    ("TX", 1, "TX-1C"),
    ("TX", 32768, "TX-1000A"),
]


@pytest.mark.parametrize(("prefix", "number", "text"), VECTORS)
def test_published_vectors(tapdb: Tapdb, prefix: str, number: int, text: str) -> None:
    assert tapdb.value("SELECT meridian_generate_euid(%s, %s)", prefix, number) == text
    assert tapdb.row("SELECT meridian_euid_prefix(%s), meridian_euid_seq_from_euid(%s)", text, text) == (prefix, number)
    assert tapdb.value("SELECT meridian_luhn_mod32_check(%s)", text.replace("-", "")[:-1]) == text[-1]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prefix=PREFIX, number=st.integers(1, BIGGEST))
def test_database_and_python_agree(tapdb: Tapdb, prefix: str, number: int) -> None:
    text = tapdb.value("SELECT meridian_generate_euid(%s, %s)", prefix, number)
    assert text == euid.format_euid(prefix, number)
    assert tapdb.value("SELECT meridian_euid_seq_from_euid(%s)", text) == number


def test_database_and_python_agree_on_many(tapdb: Tapdb) -> None:
    chance = random.Random(20)
    numbers = [chance.randrange(1, 2 ** chance.randrange(1, 64)) for _ in range(20_000)] + [BIGGEST, 2**60, 32**5 - 1]
    found = tapdb.rows("SELECT n, meridian_generate_euid('WSX', n) FROM unnest(%s::bigint[]) AS n", numbers)
    assert [text for _, text in found] == [euid.format_euid("WSX", number) for number, _ in found]


@pytest.mark.parametrize(
    "call",
    [
        "crockford_base32_encode(0)",
        "crockford_base32_encode(-1)",
        "crockford_base32_decode('U')",
        "crockford_base32_decode('8000000000000')",
        "crockford_base32_decode('0ZZZZZZZZZZZZZ')",
        "crockford_base32_decode('10000000000000')",
        "meridian_luhn_mod32_check('gx1')",
        "meridian_generate_euid('IX', 1)",
        "tapdb_validate_meridian_prefix('X')",
        "meridian_euid_prefix('ABCD-10')",
    ],
)
def test_nonsense_is_refused(tapdb: Tapdb, call: str) -> None:
    tapdb.refused(psycopg2.DataError, f"SELECT {call}")


def test_each_table_counts_its_own_prefix(tapdb: Tapdb) -> None:
    template = tapdb.template()
    parent, child = tapdb.instances(template, 2)
    edge = tapdb.edge(parent, child)
    assert euid.parse_euid(tapdb.euid("generic_template", template)).prefix == "GT"
    assert [euid.parse_euid(tapdb.euid("generic_instance", uuid)).prefix for uuid in (parent, child)] == ["CX", "CX"]
    assert euid.parse_euid(tapdb.euid("generic_instance_lineage", edge)).prefix == "GN"
    assert euid.parse_euid(tapdb.value("INSERT INTO tapdb_user (username) VALUES ('a') RETURNING euid")).prefix == "TSR"
    assert {prefix for (prefix,) in tapdb.rows("SELECT euid_prefix FROM audit_log")} == {"TAD"}


def test_an_empty_euid_is_a_missing_one(tapdb: Tapdb) -> None:
    (uuid,) = tapdb.instances(tapdb.template(), euid="")
    assert tapdb.euid("generic_instance", uuid).startswith("CX-")


def test_a_sequence_made_by_hand_is_enough(tapdb: Tapdb) -> None:
    tapdb.run("CREATE SEQUENCE qq_instance_seq START 1000")
    (uuid,) = tapdb.instances(tapdb.template(" qq ", "q"))
    assert tapdb.euid("generic_instance", uuid) == euid.format_euid("QQ", 1000)


def test_a_missing_sequence_is_named(tapdb: Tapdb) -> None:
    template = tapdb.template("ZZ", "z")
    message = tapdb.refused(
        errors.ObjectNotInPrerequisiteState,
        "INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version,"
        " template_uuid, bstatus) VALUES ('i', 'd', 'c', 't', 's', '1', %s, 'created')",
        template,
    )
    assert "zz_instance_seq" in message
    assert "tapdb apply" in message


def test_a_missing_identity_prefix_is_named(tapdb: Tapdb) -> None:
    tapdb.run("DELETE FROM tapdb_identity_prefix_config WHERE entity = 'tapdb_user'")
    message = tapdb.refused(
        errors.ObjectNotInPrerequisiteState, "INSERT INTO tapdb_user (username) VALUES ('somebody')"
    )
    assert "tapdb_user" in message


def test_a_missing_template_is_a_foreign_key_violation(tapdb: Tapdb) -> None:
    tapdb.refused(
        errors.ForeignKeyViolation,
        "INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version,"
        " template_uuid, bstatus) VALUES ('i', 'd', 'c', 't', 's', '1', -1, 'created')",
    )


GIVEN = (
    "INSERT INTO generic_instance (euid, euid_prefix, euid_seq, name, polymorphic_discriminator, category, type,"
    " subtype, version, template_uuid, bstatus) SELECT %s, %s, %s, 'i', 'd', 'c', 't', 's', '1', uuid, 'created'"
    " FROM generic_template LIMIT 1"
)


@pytest.mark.parametrize(
    ("start", "given", "following"),
    [
        pytest.param(1, 1000, 1001, id="a little ahead"),
        pytest.param(1, 10**12, 10**12 + 1, id="far ahead"),
        pytest.param(5000, 1000, 5001, id="behind"),
        pytest.param(1000, 1000, 1001, id="the last one"),
    ],
)
def test_a_given_euid_moves_its_sequence_past_it(tapdb: Tapdb, start: int, given: int, following: int) -> None:
    tapdb.run("CREATE SEQUENCE qq_instance_seq")
    tapdb.run("SELECT setval('qq_instance_seq', %s)", start)
    template = tapdb.template("QQ")
    text = euid.format_euid("QQ", given)
    tapdb.run(GIVEN, text, None, None)
    assert tapdb.row("SELECT euid_prefix, euid_seq FROM generic_instance WHERE euid = %s", text) == ("QQ", given)
    (uuid,) = tapdb.instances(template)
    assert tapdb.euid("generic_instance", uuid) == euid.format_euid("QQ", following)


@pytest.mark.parametrize(
    ("text", "prefix", "number"),
    [
        ("CX-Z8B", None, None),
        ("CX-Z8A", "GX", None),
        ("CX-Z8A", None, 1001),
        ("cx-z8a", None, None),
        ("CX-0Z8A", None, None),
        ("CX-0A", None, None),
        ("CX-A", None, None),
        ("CX-Z8A-1", None, None),
        ("X:CX-Z8F", None, None),
        ("CX", None, None),
    ],
)
def test_a_wrong_euid_is_refused(tapdb: Tapdb, text: str, prefix: str | None, number: int | None) -> None:
    tapdb.template()
    tapdb.refused(psycopg2.Error, GIVEN, text, prefix, number)


def test_a_given_euid_needs_the_sequence_of_its_prefix(tapdb: Tapdb) -> None:
    tapdb.template()
    tapdb.refused(errors.ObjectNotInPrerequisiteState, GIVEN, euid.format_euid("ZZ", 1), None, None)


def test_templates_and_lineage_take_no_other_prefix(tapdb: Tapdb) -> None:
    tapdb.refused(
        errors.ObjectNotInPrerequisiteState,
        "INSERT INTO generic_template (euid, name, polymorphic_discriminator, category, type, subtype, version,"
        " instance_prefix, bstatus) VALUES ('CX-Z8A', 'n', 'd', 'c', 't', 's', '1', 'CX', 'active')",
    )


@pytest.mark.parametrize(
    "column", ["uuid = uuid + 1000000", "euid = 'CX-Z8A'", "euid_prefix = 'GX'", "euid_seq = 7777"]
)
@pytest.mark.parametrize("table", ["generic_template", "generic_instance", "generic_instance_lineage", "tapdb_user"])
def test_identities_never_change(tapdb: Tapdb, table: str, column: str) -> None:
    parent, child = tapdb.instances(tapdb.template(), 2)
    tapdb.edge(parent, child)
    tapdb.run("INSERT INTO tapdb_user (username) VALUES ('somebody')")
    tapdb.refused(errors.InsufficientPrivilege, f"UPDATE {table} SET {column}")
    assert tapdb.run(f"UPDATE {table} SET uuid = uuid, euid = euid") > 0
