"""JSON values as PostgreSQL's jsonb compares them: one notion of equality, one text, one digest.

Numbers are `int` or `Decimal`, never `float`, so that 0.1 stays 0.1. Python alone would take
`True == 1`; jsonb does not, and neither does anything here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple, TypeAlias, TypeGuard, cast

JsonValue: TypeAlias = "bool | int | Decimal | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
Attributes: TypeAlias = Mapping[str, JsonValue]
Path: TypeAlias = tuple[str | int, ...]


class Absent(Enum):
    """The value of a part that is not there; only `differences` hands it out."""

    ABSENT = "absent"


class Difference(NamedTuple):
    """One part of a value that differs; `before` or `after` is ABSENT where the part is missing."""

    path: Path
    before: JsonValue | Absent
    after: JsonValue | Absent


def same(left: JsonValue, right: JsonValue) -> bool:
    """Whether two values are equal to jsonb: object keys in any order, 1.0 the same number as 1."""
    if left is right:
        return True
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if _is_list(left) and _is_list(right):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def differences(before: JsonValue, after: JsonValue) -> Iterator[Difference]:
    """The smallest parts that differ, in the order of their paths."""
    return _differences(before, after, ())


def _differences(before: JsonValue | Absent, after: JsonValue | Absent, path: Path) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            yield from _differences(before.get(key, Absent.ABSENT), after.get(key, Absent.ABSENT), (*path, key))
    elif _is_list(before) and _is_list(after) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences(old, new, (*path, index))
    elif isinstance(before, Absent) or isinstance(after, Absent) or not same(before, after):
        yield Difference(path, before, after)


def text(value: JsonValue) -> str:
    """The value as jsonb prints it: keys by length then bytes, `, ` and `: ` between, UTF-8 as is.

    https://www.postgresql.org/docs/current/datatype-json.html: equal jsonb values whose numbers are
    written alike have equal text, which is what lets a digest be computed on either side.
    """
    if type(value) is str:
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    return _encoded(value, _by_length)


def compact(value: JsonValue) -> str:
    """The value on one line, keys in the order they were given."""
    try:
        return _dumps(value)
    except TypeError:  # a Decimal, or a mapping that is no dict
        return _encoded(value, None)


def parse(source: str) -> JsonValue:
    """Read JSON, fractions as Decimal; raises ValueError when it is none, RecursionError when it is too deep."""
    value: JsonValue
    try:
        value = json.loads(source, parse_float=Decimal, parse_constant=_refused)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer of more digits than Python reads as one
        value = json.loads(source, parse_float=Decimal, parse_int=Decimal, parse_constant=_refused)
    return value


def depth(value: JsonValue) -> int:
    """How many objects and arrays stand inside each other."""
    deepest, pending = 0, [(value, 1)]
    while pending:
        part, level = pending.pop()
        if isinstance(part, Mapping):
            pending += [(item, level + 1) for item in part.values() if type(item) not in _LEAVES]
        elif _is_list(part):
            pending += [(item, level + 1) for item in part if type(item) not in _LEAVES]
        else:
            continue
        deepest = max(deepest, level)
    return deepest


def path_text(path: Path) -> str:
    """The path as people write it: `a.b[0]`; a key that would be misread is quoted: `a["b.c"]`."""
    return "".join(map(_path_part, path)).removeprefix(".")


def joined(texts: Mapping[str, str]) -> str:
    """The text of an object whose values are texts already."""
    return "{" + ", ".join(f"{_key(key)}: {texts[key]}" for key in _by_length(tuple(texts))) + "}"


def digest(value: JsonValue) -> str:
    """SHA-256 of `text(value)`, in hex."""
    return hashlib.sha256(text(value).encode()).hexdigest()


# A Decimal cannot pass through the C encoder as a bare number; it travels as a marked string. The mark
# holds a NUL, which no value that PostgreSQL can store contains.
_MARK = "\0decimal"
_MARKED = json.dumps(_MARK)
_Order: TypeAlias = Callable[[tuple[str, ...]], Iterable[str]]


_SIMPLE = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_CONSTANTS = {None: "null", True: "true", False: "false"}
_LEAVES = frozenset({str, int, bool, type(None)})


def _path_part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _SIMPLE.fullmatch(part) else f"[{_dumps(part)}]"


def _encoded(value: JsonValue, order: _Order | None) -> str:
    numbers: list[str] = []
    encoded = _dumps(_plain(value, order, numbers))
    if not numbers:
        return encoded
    return "".join(piece + n for piece, n in zip(encoded.split(_MARKED), [*numbers, ""], strict=True))


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return _dumps(name)


def _plain(value: JsonValue, order: _Order | None, numbers: list[str]) -> object:
    """The value as the C encoder takes it. Runs for every node of a catalogue, so it asks for exact types first."""
    kind = type(value)
    if kind is Decimal:
        numbers.append(f"{value:f}")
        return _MARK
    if kind is list or kind is tuple:
        return [v if type(v) in _LEAVES else _plain(v, order, numbers) for v in cast("list[JsonValue]", value)]
    if kind is dict or isinstance(value, Mapping):
        items = cast("Mapping[str, JsonValue]", value)
        keys = order(tuple(items)) if order else items
        return {key: v if type(v := items[key]) in _LEAVES else _plain(v, order, numbers) for key in keys}
    return value


@lru_cache(maxsize=4096)
def _by_length(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys as jsonb orders them. Templates of one shape share their keys, so few orders are computed."""
    return tuple(sorted(keys, key=lambda key: (len(encoded := key.encode()), encoded)))


def _refused(constant: str) -> JsonValue:
    raise ValueError(f"{constant} is not JSON")


def _is_list(value: JsonValue | Absent) -> TypeGuard[Sequence[JsonValue]]:
    return isinstance(value, Sequence) and not isinstance(value, str)
