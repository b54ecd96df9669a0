"""What a template says of the children and the actions of its instances, read as it is meant, or refused.

A template may be older than `tapdb validate`, or written past it.
"""

from __future__ import annotations

from dataclasses import dataclass
from reprlib import repr as repr_short
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.patterns import DEFAULT, problem, uses
from tapdb_ctl.runtime.codes import normal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Child:
    """Children of one kind that a layout brings along; `code` may ask for the latest version, with `*`."""

    code: str
    count: int
    pattern: str
    relationship: str
    overrides: dict[str, Any]
    layout_index: int
    child_index: int

    @property
    def wants_euid(self) -> bool:
        """Whether its name can only be told once the parent has its EUID."""
        return uses(self.pattern, "parent_euid")


class Import(NamedTuple):
    """An action that a template's instances offer; `overrides` are laid over what it defines."""

    group: str | None
    key: str
    code: str
    overrides: dict[str, Any]


def children(of: str, json_addl: Mapping[str, Any]) -> Iterator[Child]:
    """The children that the layouts of a template ask for, in order.

    Raises InvalidInputError where a layout cannot be followed.
    """
    where = f"{of}: instantiation_layouts"
    for at, given in enumerate(_a(list, json_addl.get("instantiation_layouts") or [], where)):
        layout = _a(dict, given, f"{where}[{at}]")
        below = f"{where}[{at}].child_templates"
        for number, entry in enumerate(_a(list, layout.get("child_templates"), below)):
            yield _child(of, layout, {"template_code": entry} if isinstance(entry, str) else entry, (at, number))


def _child(of: str, layout: dict[str, Any], entry: object, place: tuple[int, int]) -> Child:
    where = f"{of}: instantiation_layouts[{place[0]}].child_templates[{place[1]}]"
    given = _a(dict, entry, where)
    pattern = _a(str, given.get("name_pattern") or layout.get("name_pattern") or DEFAULT, f"{where}.name_pattern")
    if why := problem(pattern):
        raise InvalidInputError.of("RUN004", "a name pattern cannot be filled", f"{of}: {why}")
    relationship = _a(str, layout.get("relationship_type") or "contains", f"{where}: relationship_type")
    overrides = _a(dict, given.get("json_addl") or {}, f"{where}.json_addl")
    return Child(
        _code(given.get("template_code"), where), _count(given, where), pattern, relationship, overrides, *place
    )


def action_imports(of: str, json_addl: Mapping[str, Any]) -> Iterator[Import]:
    """The actions that a template's instances offer; raises InvalidInputError where that cannot be told."""
    where = f"{of}: action_imports"
    for key, wanted in _a(dict, json_addl.get("action_imports") or {}, where).items():
        if isinstance(wanted, str):
            yield Import(None, key, _code(wanted, f"{where}.{key}"), {})
            continue
        imported = _a(dict, wanted, f"{where}.{key}")
        group = _a(str, imported.get("group_name") or key, f"{where}.{key}.group_name")
        for given, overrides in _a(dict, imported.get("actions") or {}, f"{where}.{key}.actions").items():
            code = _code(given, f"{where}.{key}.actions")
            yield Import(group, _key(code), code, _a(dict, overrides or {}, f"{where}.{key}.actions.{given}"))


def _key(code: str) -> str:
    """What an action is called by in its group where only its code is given: `create-note` gives `create_note`."""
    return code.split("/")[2].replace("-", "_")


def _code(given: object, where: str) -> str:
    try:
        return normal(_a(str, given, where))
    except InvalidInputError as error:
        raise _malformed(f"{where}: {error.findings[0].detail} is no template code") from error


def _count(given: Mapping[str, Any], where: str) -> int:
    """As in TAPDB, a text does as well."""
    count = 1 if given.get("count") is None else given["count"]
    if isinstance(count, str) and count.isascii() and count.isdigit():
        count = int(count)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise _malformed(f"{where}.count is {count!r}")
    return count


def _a(kind: type[_Kind], value: object, where: str) -> _Kind:
    if isinstance(value, kind):
        return value
    raise _malformed(f"{where} is {repr_short(value)}")


def _malformed(detail: str) -> InvalidInputError:
    hint = "tapdb validate tells what a template may say; correct its manifest, and apply it"
    return InvalidInputError.of("RUN017", "a template does not say what its instances bring along", detail, hint)
