"""The JSON Schemas of the documents, made from the models; schema/*.schema.json ship what is printed here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from tapdb_ctl.manifest.models.catalog import Pack, TemplateCatalog
from tapdb_ctl.manifest.models.environment import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import Path

KINDS = ("environment", "template-catalog")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a kind in KINDS; raises KeyError for another."""
    made = {"environment": _environment, "template-catalog": _catalog}[kind]()
    return {"$schema": DIALECT, "$id": f"urn:tapdb:v1:{kind}", **made}


def _catalog() -> dict[str, Any]:
    """A TemplateCatalog has a kind, a pack has none."""
    envelope = {"required": ["kind"], "properties": {"kind": {"const": "TemplateCatalog"}}}
    catalog = TypeAdapter(TemplateCatalog).json_schema(ref_template="#/$defs/{model}")
    pack = TypeAdapter(Pack).json_schema(ref_template="#/$defs/{model}")
    definitions = {**catalog.pop("$defs"), **pack.pop("$defs"), "TemplateCatalog": catalog, "Pack": pack}
    return {
        "title": "TemplateCatalog",
        "if": envelope,
        "then": {"$ref": "#/$defs/TemplateCatalog"},
        "else": {"$ref": "#/$defs/Pack"},
        "$defs": definitions,
    }


def _environment() -> dict[str, Any]:
    """An environment that extends another is a merge patch: any of its parts may be missing, or null."""
    full = TypeAdapter(Environment).json_schema(ref_template="#/$defs/{model}")
    definitions = {**full.pop("$defs"), "Environment": full}
    extending = {
        "required": ["spec"],
        "properties": {"spec": {"type": "object", "required": ["extends"]}},
    }
    patch = {
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {
            **{name: full["properties"][name] for name in ("apiVersion", "kind", "metadata", "vars")},
            "spec": {"type": "object", "properties": {"extends": {"type": "string", "minLength": 1}}},
        },
        "additionalProperties": False,
    }
    return {
        "title": "Environment",
        "if": extending,
        "then": patch,
        "else": {"$ref": "#/$defs/Environment"},
        "$defs": definitions,
    }


def names_at(kind: str, path: Path) -> list[str]:
    """The fields that a document of this kind may have at a path, sorted."""
    whole = schema(kind)
    nodes = list(_alternatives(whole, whole["else" if kind == "environment" else "then"]))
    for part in path:
        nodes = [found for node in nodes for step in _steps(node, part) for found in _alternatives(whole, step)]
    return sorted({name for node in nodes for name in node.get("properties", {})})


def _alternatives(whole: dict[str, Any], node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if reference := node.get("$ref"):
        node = whole["$defs"][reference.rpartition("/")[2]]
    yield node
    for choice in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        yield from _alternatives(whole, choice)


def _steps(node: dict[str, Any], part: str | int) -> Iterator[dict[str, Any]]:
    if isinstance(part, int):
        candidates = [node.get("items")]
    else:
        candidates = [node.get("properties", {}).get(part), node.get("additionalProperties")]
    yield from (candidate for candidate in candidates if isinstance(candidate, dict))
