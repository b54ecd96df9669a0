"""Eight sessions insert instances at once, some with EUIDs of their own, and the sequence never goes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING

import psycopg2
import pytest

from managed import opened

if TYPE_CHECKING:
    from collections.abc import Callable

# A number given ahead of its sequence may be drawn by another session before the sequence has passed it. Then one of
# the two rows is refused; the other must be there, so rows and refusals together are all the attempts.
SESSION = """
DO $$
DECLARE
    latest bigint := 0;
    number bigint;
BEGIN
    FOR turn IN 1..150 LOOP
        BEGIN
            INSERT INTO generic_instance (
                euid, name, polymorphic_discriminator, category, type, subtype, version, template_uuid, bstatus
            )
            SELECT {euid}, 'i', 'd', 'c', 't', 's', '1', uuid, 'created' FROM generic_template
            RETURNING euid_seq INTO number;
            IF {generated} AND number <= latest THEN
                RAISE 'the sequence went back from % to %', latest, number;
            END IF;
            latest := number;
        EXCEPTION WHEN unique_violation THEN
            INSERT INTO refused VALUES (turn);
        END;
        COMMIT;
    END LOOP;
END $$
"""
GIVEN = "meridian_generate_euid('CX', pg_sequence_last_value('cx_instance_seq') + {ahead})"
GENERATE = SESSION.format(euid="NULL", generated="true")
NEAR = SESSION.format(euid=GIVEN.format(ahead="1 + turn % 40"), generated="false")
FAR = SESSION.format(euid=GIVEN.format(ahead="(1000000 + random() * 5000000)::bigint"), generated="false")
WATCH = """
DO $$
DECLARE
    latest bigint := 0;
    number bigint;
BEGIN
    WHILE clock_timestamp() < now() + interval '0.5 s' LOOP
        number := nextval('cx_instance_seq');
        IF number <= latest THEN
            RAISE 'the sequence went back from % to %', latest, number;
        END IF;
        latest := number;
    END LOOP;
END $$
"""
EIGHT = (WATCH, GENERATE, NEAR, FAR) * 2
INSERTS = 6 * 150

NAIVE = """
CREATE OR REPLACE FUNCTION tapdb_advance_sequence(sequence regclass, reached bigint) RETURNS void
LANGUAGE sql AS $$ SELECT setval(sequence, greatest(pg_sequence_last_value(sequence), reached)) $$
"""


def race(dsn: str) -> list[str]:
    """What went wrong."""

    def attempt(statement: str) -> str | None:
        with opened(dsn, "lab") as tapdb:
            try:
                tapdb.run(statement)
            except psycopg2.Error as error:
                return str(error)
        return None

    with ThreadPoolExecutor(len(EIGHT)) as sessions:
        return [problem for problem in sessions.map(attempt, EIGHT) if problem]


@pytest.fixture
def dsn(build: Callable[[str], str]) -> str:
    dsn = build("lab")
    with opened(dsn, "lab") as tapdb:
        tapdb.template()
        tapdb.run("CREATE TABLE refused (turn integer)")
        tapdb.row("SELECT nextval('cx_instance_seq')")
    return dsn


def test_the_sequence_never_goes_back_and_no_row_is_lost(dsn: str) -> None:
    assert race(dsn) == []
    with opened(dsn, "lab") as tapdb:
        made, last = tapdb.row("SELECT count(*), max(euid_seq) FROM generic_instance")
        assert made + tapdb.value("SELECT count(*) FROM refused") == INSERTS
        assert tapdb.value("SELECT count(*) FROM audit_log WHERE rel_table_name = 'generic_instance'") == made
        assert tapdb.value("SELECT last_value FROM cx_instance_seq") >= last


@pytest.mark.parametrize("server", ["pg16"], indirect=True)
def test_this_race_is_lost_by_setval_of_the_greatest(dsn: str) -> None:
    """Or the test above would show nothing."""
    with opened(dsn, "lab") as tapdb:
        tapdb.run(NAIVE)
    deadline = monotonic() + 60
    problems: list[str] = []
    while not problems and monotonic() < deadline:
        problems = race(dsn)
    assert any("went back" in problem for problem in problems)
