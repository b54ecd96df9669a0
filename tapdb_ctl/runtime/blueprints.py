"""Blueprints: what a template says of its instances, read once and shared by all threads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tapdb_ctl.runtime.layouts import children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.jsonschemas.instances import Judge
    from tapdb_ctl.runtime.layouts import Child


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
        given = self.json_addl.get(key)
        codes = map(_code, given) if isinstance(given, list) else ()
        return frozenset(code.removesuffix("/") for code in codes if code)

    def children(self) -> Iterator[Child]:
        """The children that its layouts ask for, in order; raises InvalidInputError where they cannot be followed."""
        return children(self.code, self.json_addl)


@lru_cache(maxsize=1024)
def _judge(schema: str) -> Judge:
    from tapdb_ctl.jsonschemas.instances import Judge  # noqa: PLC0415 - jsonschema is heavy, and schemas are rare

    return Judge(json.loads(schema))


def _code(entry: object) -> str | None:
    found = entry.get("template_code") if isinstance(entry, dict) else entry
    return found if isinstance(found, str) else None
