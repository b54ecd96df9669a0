"""Does work again from its beginning when a transient error undid it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.connections.transient import SQLSTATES, transient

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to try, and how long to wait in between: a random time up to `first` seconds, doubled each time.

    No attempt begins later than `within` seconds after the first. `sqlstates` are the errors worth another one; add
    55P03 where NOWAIT or a lock timeout should be. `sleep` waits so many seconds. Raises InvalidInputError where
    no attempt is left, and for times below zero.
    """

    attempts: int = 5
    first: float = 0.05
    longest: float = 2.0
    within: float = 30.0
    sqlstates: frozenset[str] = SQLSTATES
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        """Refuse what could not even try once."""
        if self.attempts < 1 or min(self.first, self.longest, self.within) < 0:
            raise InvalidInputError.of("RUN052", "work is tried once at least, and no time is below zero", repr(self))

    @classmethod
    def chosen(cls, policy: RetryPolicy | None) -> RetryPolicy:
        """The policy, or the default for None; raises TypeError for anything else."""
        if not isinstance(policy, RetryPolicy | None):
            raise TypeError(f"retry= takes RetryPolicy(attempts=...) or None, not {policy!r}")
        return policy or cls()

    def call(self, work: Callable[[], _Result]) -> _Result:
        """What `work` returns, at the first attempt that no transient error ends; any other error at once."""
        from tenacity import Retrying  # noqa: PLC0415 - many applications never retry

        return Retrying(**self.options())(work)

    def options(self) -> dict[str, Any]:
        """The same for tenacity."""
        from tenacity import retry_if_exception, stop_after_attempt, stop_before_delay, wait_random_exponential  # noqa: PLC0415 - as above

        return {
            "retry": retry_if_exception(lambda error: transient(error, self.sqlstates)),
            "stop": stop_after_attempt(self.attempts) | stop_before_delay(self.within),
            "wait": wait_random_exponential(multiplier=self.first, max=self.longest),
            "reraise": True,
            "sleep": self.sleep,
        }
