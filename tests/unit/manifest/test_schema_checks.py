"""json_addl_schema: what is wrong with it, what it says of the defaults, and that no schema can hang the check."""

import time
from pathlib import Path
from typing import Any

import pytest

from manifest_projects import Project, template
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.variables import Variables

DOUBLING = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}


def codes(project: Project, schema: dict[str, Any], **properties: object) -> list[str]:
    project.environment()
    project.pack(template(json_addl={"properties": properties}, json_addl_schema=schema))
    return [finding.code for finding in loading.validate([Path("manifests")], Variables())]


def about(**schemas: object) -> dict[str, Any]:
    """A schema for instances whose properties have these schemas."""
    return {"properties": {"properties": {"properties": schemas}}}


@pytest.mark.parametrize(
    ("schema", "properties"),
    [
        (about(a={"type": "integer"}), {"a": 5.0}),
        (about(a={"type": "number", "multipleOf": 0.1}), {"a": 0.3}),
        (about(a={"minLength": 1.0}), {"a": "x"}),
        ({"properties": {"properties": {"required": ["gone"]}}, "required": ["gone"]}, {}),
        (
            {
                "$id": "urn:lab:plate",
                "$defs": {"a/b": {"type": "object"}},
                "properties": {"properties": {"$ref": "#/$defs/a~1b"}},
            },
            {},
        ),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", **about(a={"const": 1})}, {"a": 1}),
        ({"properties": {"$ref": {"type": "string"}, "pattern": {"type": "string"}}}, {}),
        (about(a={"uniqueItems": True}), {"a": [1, "1", True]}),
        ({"properties": {"properties": {"patternProperties": {"^b": {}}, "additionalProperties": False}}}, {"bc": 1}),
    ],
)
def test_fitting_defaults(project: Project, schema: dict[str, Any], properties: dict[str, object]) -> None:
    assert codes(project, schema, **properties) == []


@pytest.mark.parametrize(
    ("schema", "properties"),
    [
        (about(a={"type": "integer"}), {"a": 5.5}),
        (about(a={"pattern": "^b"}), {"a": "x"}),
        (about(a={"uniqueItems": True}), {"a": [1, 2, 1]}),
        (about(a=False), {"a": 1}),
        ({"properties": {"properties": {"patternProperties": {"^b": {}}, "additionalProperties": False}}}, {"c": 1}),
        ({"properties": {"properties": {"patternProperties": {"^b": {"type": "string"}}}}}, {"bc": 1}),
        ({"additionalProperties": False}, {}),
    ],
)
def test_defaults_that_do_not_fit(project: Project, schema: dict[str, Any], properties: dict[str, object]) -> None:
    assert codes(project, schema, **properties) == ["TPL019"]


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        ({"type": "thing"}, "TPL017"),
        ({"pattern": "("}, "TPL017"),
        ({"patternProperties": {"[": {}}}, "TPL017"),
        ({"$ref": "#/$defs/gone"}, "TPL017"),
        ({"$ref": "#gone"}, "TPL017"),
        ({"allOf": [{"$ref": "#/allOf/x"}]}, "TPL017"),
        ({"$ref": "#/examples/0", "examples": [5]}, "TPL017"),
        ({"$ref": "#/examples/0", "examples": [{"type": "thing"}]}, "TPL017"),
        ({"$id": "http://[::1", "$ref": "#a"}, "TPL017"),
        ({"$ref": "https://example.org/x.json"}, "TPL018"),
        ({"$ref": "other.json#/a"}, "TPL018"),
        ({"$dynamicRef": "urn:x"}, "TPL018"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "TPL020"),
        ({"$defs": {"a": {"$id": "x"}}}, "TPL020"),
        ({"pattern": "^(?!a)"}, "TPL020"),
        ({"$ref": "#"}, "TPL020"),
        ({"$defs": {**DOUBLING, "d40": {}}, "$ref": "#/$defs/d0"}, "TPL020"),
        (about(a={"multipleOf": 1e-300}), "TPL020"),
    ],
)
def test_schemas_that_cannot_be_applied(project: Project, schema: dict[str, Any], code: str) -> None:
    assert codes(project, schema, a=1e300) == [code]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (about(a={"pattern": "(a+)+$"}), "a" * 40 + "!"),
        ({"properties": {"properties": {"patternProperties": {"(a+)+$": {}}, "additionalProperties": {}}}}, 1),
        (about(a={"uniqueItems": True}), [{"x": n} if n % 2 else n for n in range(20_000)]),
        (about(a={"anyOf": [{"anyOf": [{"anyOf": [{"type": "string"}] * 16}] * 16}] * 16}), 1),
        (about(a={"allOf": [{"type": "integer"}] * 100_000}), 1),
    ],
    ids=["pattern", "patternProperties", "uniqueItems", "anyOf", "size"],
)
def test_no_schema_takes_for_ever(project: Project, schema: dict[str, Any], value: object) -> None:
    start = time.process_time()
    codes(project, schema, **{"a": value, "a" * 40 + "!": 1})
    assert time.process_time() - start < 20
