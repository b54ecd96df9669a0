"""What searches add up to, beside the same computed in Python."""

from __future__ import annotations

import statistics
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from runtime_worlds import SAMPLE, TUBE
from tapdb_ctl.runtime.models.instance import content_instance
from tapdb_ctl.runtime.search import Counts, Statistics, instances, prop

if TYPE_CHECKING:
    from tapdb_ctl.runtime.session import TapdbSession

WHOLE = st.integers(-(10**12), 10**12)
NUMBERS = WHOLE | WHOLE.map(lambda number: number / 1000)
ON_A_SERVER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


def test_counts(each_session: TapdbSession, make: Any) -> None:
    make({"n": 1}, {"n": 2})
    deleted = make({"n": 3}, status="empty")
    make({}, code=SAMPLE, status="empty")
    each_session.execute(text("DELETE FROM generic_instance WHERE euid = :e"), {"e": deleted[0]})
    found = instances(each_session)
    assert found.counts() == Counts(3, {TUBE: 2, SAMPLE: 1}, {"created": 2, "empty": 1}, {"container": 2, "content": 1})
    assert list(found.counts().by_template) == sorted([TUBE, SAMPLE])
    assert found.where(prop("properties.n") > 1).counts() == Counts(1, {TUBE: 1}, {"created": 1}, {"container": 1})
    assert instances(each_session, content_instance).counts().by_template == {SAMPLE: 1}
    assert instances(each_session, include_deleted=True).counts().total == 4
    assert instances(each_session, status="lost").counts() == Counts()


@given(numbers=st.lists(NUMBERS, max_size=9), others=st.lists(st.sampled_from([None, "1", True, [1]]), max_size=3))
@ON_A_SERVER
def test_statistics(session: TapdbSession, make: Any, numbers: list[Any], others: list[Any]) -> None:
    with session.begin_nested() as example:
        make(*({"n": value} for value in others))
        make(*({"n": value} for value in numbers))
        found = instances(session).statistics("properties.n")
        example.rollback()
    values = [Decimal(repr(number)) for number in numbers]
    assert (found.count, found.sum) == (len(values), sum(values))
    assert (found.min, found.max) == (min(values, default=None), max(values, default=None))
    assert found.median == (statistics.median(values) if values else None)
    assert (found.avg is None, found.stddev is None) == (not values, len(values) < 2)
    assert float(found.avg or 0) == pytest.approx(float(statistics.mean(values or [Decimal()])))
    assert float(found.stddev or 0) == pytest.approx(float(statistics.stdev(values)) if len(values) > 1 else 0)


def test_statistics_of_some(each_session: TapdbSession, make: Any) -> None:
    make({"v": 1}, {"v": 2.5}, {"v": 4}, {"v": "many"}, {})
    found = instances(each_session, template=TUBE).where(prop("properties.v") < 3).statistics("properties.v")
    assert found == Statistics(
        2, Decimal("3.5"), Decimal(1), Decimal("2.5"), Decimal("1.75"), found.stddev, Decimal("1.75")
    )
    assert str(found.stddev).startswith("1.06066")
    assert type(found.avg) is Decimal
