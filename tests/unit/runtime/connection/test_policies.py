"""What is no way to try again is refused where it is written."""

from __future__ import annotations

from typing import Any

import pytest

from tapdb_ctl import RetryPolicy, TAPDBConnection
from tapdb_ctl.errors import InvalidInputError


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"attempts": -1}, {"first": -0.1}, {"longest": -1}, {"within": -1}])
def test_a_policy_that_could_not_try(wrong: Any) -> None:
    with pytest.raises(InvalidInputError, match="RUN052"):
        RetryPolicy(**wrong)


@pytest.mark.parametrize("retry", [0, 3, RetryPolicy, "no"])
def test_what_is_no_policy(retry: Any) -> None:
    with (
        TAPDBConnection(db_hostname="nowhere.invalid:1", db_user="u") as db,
        pytest.raises(TypeError, match=r"retry= takes RetryPolicy\(attempts="),
    ):
        db.run(lambda _: None, retry=retry)
