"""Whether every value that one schema admits is one that another admits: seen, or not seen; never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core.grading.schemas import arrays, choices, objects, scalars
from tapdb_ctl.core.grading.schemas.demands import Demand, Gap, Nested, demands
from tapdb_ctl.core.grading.schemas.parts import KINDS, Part, conjuncts, kinds
from tapdb_ctl.core.grading.schemas.words import identical
from tapdb_ctl.core.jsonvalue import Absent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import Path

MAX_STEPS = 20_000
"""Demands looked at in one comparison: references and nested alternatives can multiply them without end."""

RULES = scalars.RULES | arrays.RULES | objects.RULES | choices.RULES


class TooMuchError(Exception):
    """Two schemas ask for more work than a comparison may take."""


class Together(NamedTuple):
    """The schemas that hold together with one, and the kinds of values that all of them leave."""

    parts: tuple[Part, ...]
    kinds: frozenset[str]


class Comparison:
    """One question and everything found out on the way to its answer.

    Schemas may refer to themselves. A pair of schemas that is met again while it is being judged is taken to hold:
    each time around, the value is a smaller part of the one before, so that a value which shows the contrary has
    been met already. What rests on such a pair is remembered only once that is settled.
    """

    def __init__(self) -> None:
        self._steps = MAX_STEPS
        self._settled: dict[tuple[int, ...], bool] = {}
        self._open: set[tuple[int, ...]] = set()
        self._assumed: set[tuple[int, ...]] = set()
        self._telling: set[tuple[int, ...]] = set()
        self._together: dict[tuple[int, int], Together] = {}

    def holds(self, having: Part, wanted: Part) -> bool:
        """Whether all that `having` admits is seen to be admitted by `wanted`; raises TooMuchError."""
        pair = _pair(having, wanted)
        if pair in self._settled:
            return self._settled[pair]
        if pair in self._open:
            self._assumed.add(pair)
            return True
        self._open.add(pair)
        held = next(self._unmet(having, wanted, ()), None) is None
        self._open.remove(pair)
        self._assumed.discard(pair)
        if not held or not self._assumed:
            self._settled[pair] = held
        return held

    def gaps(self, having: Part, wanted: Part, path: Path = ()) -> Iterator[Gap]:
        """What of `wanted` is not seen to be met, in its smallest parts; raises TooMuchError."""
        pair = _pair(having, wanted)
        if pair in self._telling:
            return
        self._telling.add(pair)
        try:
            for demand in self._unmet(having, wanted, path):
                for left in demand.rule.test(self._nearest(having, demand), demand, self.holds):
                    if isinstance(left, Gap):
                        yield left
                    elif not self.holds(left.having, left.wanted):
                        yield from self.gaps(left.having, left.wanted, left.path)
        finally:
            self._telling.remove(pair)

    def _unmet(self, having: Part, wanted: Part, path: Path) -> Iterator[Demand]:
        if not identical(having, wanted):
            yield from (demand for demand in demands(wanted, path, RULES) if not self._meets(having, demand))

    def _meets(self, having: Part, demand: Demand) -> bool:
        """Whether a demand says nothing about these values, or is met by one of the schemas that hold together."""
        self._steps -= 1
        if self._steps < 0:
            raise TooMuchError
        together = self._taken(having)
        if not demand.rule.kinds & together.kinds:
            return True
        return any(self._covers(part, demand) or self._in_each_case(part, demand) for part in together.parts)

    def _covers(self, having: Part, demand: Demand) -> bool:
        left = demand.rule.test(having, demand, self.holds)
        return all(isinstance(each, Nested) and self.holds(each.having, each.wanted) for each in left)

    def _in_each_case(self, having: Part, demand: Demand) -> bool:
        cases = having.subs("anyOf"), having.subs("oneOf")
        return any(each and all(self._meets(case, demand) for case in each) for each in cases)

    def _nearest(self, having: Part, demand: Demand) -> Part:
        """Of the schemas that hold together, the one that speaks of the same thing."""
        parts = self._taken(having).parts
        speaking = (part for part in parts if part.entry(demand.keyword, demand.item) or not demand.item)
        return next((part for part in speaking if part.get(demand.keyword) is not Absent.ABSENT), parts[0])

    def _taken(self, part: Part) -> Together:
        key = id(part.schema), id(part.root)
        if key not in self._together:
            parts = tuple(each for each, _ in conjuncts(part))
            refused = any(each.schema is False for each in parts)
            self._together[key] = Together(parts, frozenset() if refused else KINDS.intersection(*map(kinds, parts)))
        return self._together[key]


def _pair(having: Part, wanted: Part) -> tuple[int, ...]:
    return id(having.schema), id(having.root), id(wanted.schema), id(wanted.root)
