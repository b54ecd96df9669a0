"""The texts of tapdb_ctl.properties and the functions that they call, on each version of PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategies import TEXT, VALUES
from tapdb_ctl.core import jsonvalue
from tapdb_ctl.properties import PropertyIndex, ValueType

if TYPE_CHECKING:
    from managed import Tapdb

TYPES = get_args(ValueType)
KEYS = st.one_of(
    TEXT.filter(bool),
    st.sampled_from(
        ["NULL", "null", "Null", "0", "-1", '"', "\\", "'", "{}", ",", " ", "\t", "\v", "%s", "é", ") WHERE a"]
    ),
)
PARTS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,30}\Z")
INDEXES = st.builds(
    PropertyIndex,
    st.tuples(PARTS, PARTS, PARTS, PARTS).map("/".join),
    st.lists(KEYS, min_size=1, max_size=4).map(tuple),
    st.sampled_from(TYPES),
    st.booleans(),
)
OFFSETS = st.integers(-15 * 60 - 59, 15 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=OFFSETS | st.just(UTC))  # noqa: DTZ001
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ON_A_SERVER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def read(tapdb: Tapdb, kind: str, value: Any) -> Any:
    document = value if isinstance(value, str) else jsonvalue.text({"a": value})
    return tapdb.value(f"SELECT tapdb_property_{kind}(%s::jsonb, '{{a}}')", document)


@given(index=INDEXES)
@ON_A_SERVER
def test_a_definition_is_what_the_server_prints(tapdb: Tapdb, index: PropertyIndex) -> None:
    with tapdb.connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        cursor.execute(index.definition)
        printed = tapdb.value("SELECT pg_get_indexdef(%s::regclass, 0, true)", index.name)
        cursor.execute("ROLLBACK TO before")
    assert printed == index.definition


@given(path=st.lists(KEYS, min_size=1, max_size=3), value=TEXT)
@ON_A_SERVER
def test_it_reads_what_stands_at_the_path(tapdb: Tapdb, path: list[str], value: str) -> None:
    document: Any = value
    for key in reversed(path):
        document = {key: document}
    assert tapdb.value("SELECT tapdb_property_text(%s::jsonb, %s)", json.dumps(document), path) == value


@given(value=VALUES)
@ON_A_SERVER
def test_a_value_is_of_one_type(tapdb: Tapdb, value: Any) -> None:
    assert read(tapdb, "text", {"a": value}) is None
    document = jsonvalue.text({"a": value})
    found = {kind: read(tapdb, kind, document) for kind in TYPES}
    expected = {
        "text": value if isinstance(value, str) else None,
        "numeric": None if isinstance(value, bool | str | dict | list) else value,
        "boolean": value if isinstance(value, bool) else None,
    }
    assert {kind: found[kind] for kind in expected} == expected
    assert found["timestamptz"] is None or isinstance(value, str)


def test_lists_are_counted_into(tapdb: Tapdb) -> None:
    wells = json.dumps({"wells": [{"n": 1}, {"n": 2}]})
    found = tapdb.row(
        "SELECT tapdb_property_numeric(%s, '{wells,0,n}'), tapdb_property_numeric(%s, '{wells,-1,n}')", wells, wells
    )
    assert found == (1, 2)


def test_what_is_too_long_for_an_index_is_nothing(tapdb: Tapdb) -> None:
    assert read(tapdb, "text", {"a": 1}) is None
    assert read(tapdb, "text", json.dumps({"a": "é" * 1000})) == "é" * 1000
    assert read(tapdb, "text", json.dumps({"a": "é" * 1000 + "x"})) is None
    assert read(tapdb, "numeric", json.dumps({"a": 10**1999})) == 10**1999
    assert read(tapdb, "numeric", json.dumps({"a": 10**2000})) is None


@given(
    time=TIMES,
    separator=st.sampled_from(["T", " "]),
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu"]),
    style=st.sampled_from(["ISO, YMD", "SQL, DMY", "German, DMY", "Postgres, MDY"]),
)
@ON_A_SERVER
def test_times_mean_what_they_say_whatever_is_set(
    tapdb: Tapdb, time: datetime, separator: str, zone: str, style: str
) -> None:
    tapdb.rows("SELECT set_config('TimeZone', %s, true), set_config('DateStyle', %s, true)", zone, style)
    for written, meant in (
        (time.isoformat(separator), time),
        (time.replace(tzinfo=None).isoformat(separator), time.replace(tzinfo=UTC)),
        (time.date().isoformat(), datetime(time.year, time.month, time.day, tzinfo=UTC)),
    ):
        read = "SELECT extract(epoch FROM tapdb_property_timestamptz(jsonb_build_object('a', %s::text), '{a}'))"
        assert tapdb.value(read, written) * 1_000_000 == (meant - EPOCH) // timedelta(microseconds=1)


@given(
    written=st.from_regex(
        r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:?[0-9]{2})?)?\Z"
    )
)
@ON_A_SERVER
def test_no_day_of_any_calendar_is_an_error(tapdb: Tapdb, written: str) -> None:
    read(tapdb, "timestamptz", json.dumps({"a": written}))
