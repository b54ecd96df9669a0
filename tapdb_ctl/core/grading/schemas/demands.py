"""What a schema asks of values, one demand after the other, and where a demand is not seen to be met."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from tapdb_ctl.core.grading.schemas.parts import KINDS, Part, conjuncts, items
from tapdb_ctl.core.grading.schemas.words import identical, is_annotation
from tapdb_ctl.core.jsonvalue import Absent, JsonValue, Path

REFUSED, UNDECLARED = "refused", "undeclared"
"""What a gap is about where it is about no keyword: the schema `false`, and a name that is declared on one side."""


class Gap(NamedTuple):
    """A demand that is not seen to be met: what both sides say under a keyword."""

    path: Path
    keyword: str
    having: JsonValue | Absent
    wanted: JsonValue | Absent


class Nested(NamedTuple):
    """A demand that is met if every value that `having` admits is one that `wanted` admits."""

    having: Part
    wanted: Part
    path: Path


class Demand(NamedTuple):
    """One keyword of a schema or, of a keyword that lists demands, one of them."""

    wanted: Part
    path: Path
    keyword: str
    item: str
    rule: Rule

    @property
    def value(self) -> JsonValue | Absent:
        """What is asked for."""
        return self.wanted.get(self.keyword)

    def gap(self, having: Part) -> Gap:
        """That it is not met."""
        return Gap(self.path, self.keyword, having.get(self.keyword), self.value)


Holds: TypeAlias = Callable[[Part, Part], bool]
Test: TypeAlias = Callable[[Part, Demand, Holds], Iterator[Gap | Nested]]


class Rule(NamedTuple):
    """How a keyword is judged: which kinds of values it is about, whether its own value is well-formed, the test.

    A test says what is left to show for all values of a schema to meet the demand; nothing, when they do. It may
    say too much, never too little.
    """

    kinds: frozenset[str]
    form: Callable[[JsonValue], bool]
    test: Test
    split: bool = False


def demands(wanted: Part, path: Path, rules: Mapping[str, Rule | None]) -> Iterator[Demand]:
    """Everything that a schema asks; of a keyword that is not in `rules`, that it stays as it is."""
    for part, place in conjuncts(wanted, path):
        if part.schema is False or not isinstance(part.schema, dict | bool):
            yield Demand(part, place, "", "", NOTHING)
        for keyword, value in part.schema.items() if isinstance(part.schema, dict) else ():
            yield from _keyword(Demand(part, place, keyword, "", rules.get(keyword, SAME) or SAME), value, rules)


def _keyword(demand: Demand, value: JsonValue, rules: Mapping[str, Rule | None]) -> Iterator[Demand]:
    keyword, rule = demand.keyword, demand.rule
    if is_annotation(keyword) or (keyword in rules and rules[keyword] is None):
        return
    if (keyword == "$ref" and demand.wanted.target()) or (keyword == "allOf" and items(value)):
        return  # their demands are among the schema's own
    if not rule.form(value):
        yield demand._replace(rule=SAME)
    elif rule.split:
        yield from (demand._replace(item=str(name)) for name in (value if isinstance(value, dict) else items(value)))
    else:
        yield demand


def _same(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    if not identical(_alone(having, demand.keyword), _alone(demand.wanted, demand.keyword)):
        yield demand.gap(having)


def _alone(part: Part, keyword: str) -> Part:
    value = part.get(keyword)
    return Part(None if isinstance(value, Absent) else {keyword: value}, part.root)


def _nothing(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    yield Gap(demand.path, REFUSED, having.schema, demand.wanted.schema)


def anything(_: JsonValue) -> bool:
    """Whatever stands there."""
    return True


def a_schema(value: JsonValue) -> bool:
    """A schema."""
    return isinstance(value, dict | bool)


def schemas(value: JsonValue) -> bool:
    """A list of schemas."""
    return bool(items(value)) and all(map(a_schema, items(value)))


def named_schemas(value: JsonValue) -> bool:
    """Schemas by name."""
    return isinstance(value, dict) and all(map(a_schema, value.values()))


def texts(value: JsonValue) -> bool:
    """A list of texts."""
    is_list = isinstance(value, list)
    return is_list and all(isinstance(each, str) for each in items(value))


def _same_node(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    if not identical(having, demand.wanted):
        yield demand.gap(having)


SAME = Rule(KINDS, anything, _same)
SAME_NODE = Rule(KINDS, anything, _same_node)
"""For keywords that depend on all that stands beside them."""

NOTHING = Rule(KINDS, anything, _nothing)
