"""What no transaction can keep is refused before anything is sent."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tapdb_ctl import TAPDBConnection
from tapdb_ctl.aio import AsyncTAPDBConnection
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.connections import limits

NOWHERE = "postgresql://nobody@nowhere.invalid:1/d"


@pytest.mark.parametrize("level", ["AUTOCOMMIT", "autocommit", "SNAPSHOT", "", 5])
def test_a_level_without_transactions_or_of_nobody(level: Any) -> None:
    db = TAPDBConnection(NOWHERE)
    with pytest.raises(InvalidInputError, match="RUN053"), db.session_scope(isolation_level=level):
        pass
    with pytest.raises(InvalidInputError, match="RUN053"):
        db.get_session(isolation_level=level)
    with pytest.raises(InvalidInputError, match="RUN053"):
        db.run(lambda _: None, isolation_level=level)


def test_the_same_in_asyncio() -> None:
    with pytest.raises(InvalidInputError, match="RUN053"):
        AsyncTAPDBConnection(NOWHERE).get_session(isolation_level="AUTOCOMMIT")


@pytest.mark.parametrize("level", ["repeatable read", "REPEATABLE_READ"])
def test_a_level_may_be_written_in_other_ways(level: str) -> None:
    assert limits.isolation(level) == "REPEATABLE READ"


@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf, 2**31])
def test_a_time_that_is_none(seconds: float) -> None:
    with pytest.raises(InvalidInputError, match="RUN054"):
        TAPDBConnection(NOWHERE, statement_timeout=seconds)


@pytest.mark.parametrize(("seconds", "kept"), [(None, None), (0.0001, 0.001), (2.5, 2.5)])
def test_a_time_is_a_millisecond_at_least(seconds: float | None, kept: float | None) -> None:
    assert limits.time_limit(seconds) == kept
