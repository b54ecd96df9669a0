"""Blueprints: what a template says of its instances, read once and shared by all threads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.patterns import DEFAULT, problem, uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tapdb_ctl.jsonschemas.instances import Judge


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


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A template as the factory needs it. Nobody changes what it holds."""

    uuid: int
    euid: str
    category: str
    type: str
    subtype: str
    version: str
    discriminator: str
    is_singleton: bool
    is_deleted: bool
    json_addl: dict[str, Any]
    schema: str | None

    @property
    def code(self) -> str:
        """`category/type/subtype/version`."""
        return f"{self.category}/{self.type}/{self.subtype}/{self.version}"

    @property
    def status(self) -> str:
        """What new instances have as bstatus."""
        return self.json_addl.get("default_status") or "created"

    @property
    def judge(self) -> Judge | None:
        """Judges instances by json_addl_schema; compiled once for each distinct schema."""
        return None if self.schema is None else _judge(self.schema)

    def expected(self, key: str) -> frozenset[str]:
        """The codes under `expected_inputs` or `expected_outputs`, without closing slashes; none mean anything."""
        return frozenset(code.removesuffix("/") for code in map(_code, self.json_addl.get(key) or ()) if code)

    def children(self) -> Iterator[Child]:
        """The children that its layouts ask for, in order.

        Raises InvalidInputError where a layout cannot be followed, which `tapdb validate` would have told.
        """
        for layout_index, layout in enumerate(self.json_addl.get("instantiation_layouts") or ()):
            for child_index, entry in enumerate(layout["child_templates"]):
                given: dict[str, Any] = {"template_code": entry} if isinstance(entry, str) else entry
                pattern = given.get("name_pattern") or layout.get("name_pattern") or DEFAULT
                if why := problem(pattern):
                    raise InvalidInputError.of("RUN004", "a name pattern cannot be filled", f"{self.code}: {why}")
                yield Child(
                    code=given["template_code"].removesuffix("/"),
                    count=int(given.get("count") or 1),
                    pattern=pattern,
                    relationship=layout.get("relationship_type") or "contains",
                    overrides=given.get("json_addl") or {},
                    layout_index=layout_index,
                    child_index=child_index,
                )


@lru_cache(maxsize=1024)
def _judge(schema: str) -> Judge:
    from tapdb_ctl.jsonschemas.instances import Judge  # noqa: PLC0415 - jsonschema is heavy, and schemas are rare

    return Judge(json.loads(schema))


def action_imports(json_addl: Mapping[str, Any]) -> Iterator[tuple[str | None, str, str, dict[str, Any]]]:
    """The actions that a template's instances offer: their group if it has a name, key, code, what is laid over it."""
    for key, wanted in (json_addl.get("action_imports") or {}).items():
        if isinstance(wanted, str):
            yield None, key, wanted.removesuffix("/"), {}
            continue
        for code, overrides in (wanted.get("actions") or {}).items():
            plain = code.removesuffix("/")
            yield wanted.get("group_name") or key, _key(plain), plain, overrides or {}


def _code(entry: object) -> str | None:
    found = entry.get("template_code") if isinstance(entry, dict) else entry
    return found if isinstance(found, str) else None


def _key(code: str) -> str:
    """What an action is called by in its group where only its code is given: `create-note` gives `create_note`."""
    return code.split("/")[2].replace("-", "_")
