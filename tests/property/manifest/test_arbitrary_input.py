"""Whatever a file holds, loading it ends in findings: no traceback, no hang, no other error."""

import json
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tapdb_ctl.errors import Finding, ManifestError
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.codes import SUMMARIES
from tapdb_ctl.manifest.variables import Variables

ENVIRONMENT = {
    "apiVersion": "tapdb/v1",
    "kind": "Environment",
    "metadata": {"name": "dev"},
    "vars": {"PORT": 5432},
    "spec": {
        "database": {"engine": "postgres", "host": "localhost", "port": "${var.PORT}", "password": {"env": "PW"}},
        "identity": {"tapdb_user": "TSR", "audit_log": "TAD"},
        "catalogs": [{"name": "lab", "path": "../templates", "prune": True}],
        "roles": {"application": ["app"]},
        "stack": {"region": "eu-west-1", "serverless": {"min": 0.5, "max": 4}},
        "cognito": {"clients": {"web": {"flows": ["code"]}}},
        "policy": {"max_destroy": 3},
    },
}
TEMPLATE = {
    "name": "A",
    "polymorphic_discriminator": "generic_template",
    "category": "g",
    "type": "t",
    "subtype": "s",
    "version": "1.0",
    "instance_prefix": "GX",
    "json_addl": {
        "properties": {"volume": 1.5, "kind": "plain", "list": [1, "a"]},
        "action_imports": {"x": "g/t/s/1.0", "group": {"group_name": "G", "actions": {"g/t/s/1.0": {}}}},
        "expected_inputs": ["g/t/s/*"],
        "instantiation_layouts": [
            {"name_pattern": "{index}", "child_templates": [{"template_code": "g/t/other/1.0", "count": 2}]}
        ],
    },
    "json_addl_schema": {
        "$defs": {"positive": {"type": "number", "multipleOf": 0.5}},
        "properties": {
            "properties": {"properties": {"volume": {"$ref": "#/$defs/positive"}, "list": {"uniqueItems": True}}}
        },
        "patternProperties": {"^p": {"type": "object"}},
        "additionalProperties": False,
    },
    "lifecycle": {"prevent_destroy": True},
    "indexes": [{"path": "properties.volume", "type": "numeric"}],
}
PACK = {"templates": [TEMPLATE]}

TEXT = st.text(st.characters(), max_size=6)  # with half surrogate pairs
TELLING = ["", "*", "#", "#/", "../x", "g/t/s/1.0/", "{", "{index:9d}", "(", "^(?=a)", "${var.X}", "GT", "\0", "1.0"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    TEXT,
    st.sampled_from([*TELLING, "\ud800", "\0decimal", "\x1b[31m"]),
)
KEYS = st.sampled_from(
    ["$ref", "$id", "$schema", "$anchor", "$dynamicRef", "type", "pattern", "allOf", "not", "uniqueItems", "templates"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | KEYS, inner, max_size=3),
    max_leaves=8,
)
BOUNDS = settings(max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.too_slow])


def findings(**files: bytes) -> tuple[Finding, ...]:
    """Validate a project of these files, and load it; whatever else is raised fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("manifests", "templates"):
            Path(folder, name).mkdir()
        for name, content in files.items():
            stem, _, suffix = name.rpartition("_")
            Path(folder, "manifests" if stem == "env" else "templates", f"x.{suffix}").write_bytes(content)
        found = loading.validate([Path(folder, "manifests")], Variables())
        try:
            loading.load([Path(folder, "manifests")], "dev", Variables())
        except ManifestError as error:
            found += error.findings
    assert all(each.code in SUMMARIES for each in found)
    assert all((each.detail + each.hint).isprintable() for each in found)
    return found


@st.composite
def mutated(draw: st.DrawFn, value: Any) -> Any:
    """The value with one part replaced, removed or added."""
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        key = draw(st.sampled_from(sorted(value)))
        match draw(st.integers(0, 6)):
            case 0:
                return {k: v for k, v in value.items() if k != key}
            case 1:
                return {**value, draw(TEXT): draw(VALUES)}
            case _:
                return {**value, key: draw(mutated(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        return [draw(mutated(value[0])), *value[1:], *draw(st.lists(st.just(value[0]), max_size=1))]
    return draw(VALUES)


@st.composite
def damaged(draw: st.DrawFn, text: bytes) -> bytes:
    """The text with a few bytes replaced, inserted or cut out."""
    for _ in range(draw(st.integers(1, 3))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 3))
        piece = draw(
            st.binary(max_size=4)
            | st.sampled_from([b"\t", b"&a ", b"*a", b"<<: ", b"!!x ", b"---\n", b"{", b"]", b"\0", b"? ", b": "])
        )
        text = text[:at] + piece + text[at + length :]
    return text


def as_yaml(value: object) -> bytes:
    return yaml.safe_dump(value, sort_keys=False).encode()


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


@BOUNDS
@given(st.binary(max_size=200), st.sampled_from(["yaml", "json"]))
@example(b"%YAML 1.3\n---\na: b", "yaml")
@example(b"%TAG ! tag:x,2000:\n---\n!y a", "yaml")
@example(b"? {a: b}\n: c", "yaml")
@example(b"a: |\n\t x", "yaml")
@example(b"\xef\xbb\xbf\xef\xbb\xbf{}", "json")
def test_any_bytes(content: bytes, suffix: str) -> None:
    findings(**{f"env_{suffix}": content, "pack_json": as_json(PACK)})
    findings(**{"env_json": as_json(ENVIRONMENT), f"pack_{suffix}": content})


@BOUNDS
@given(damaged(as_yaml(ENVIRONMENT)), damaged(as_yaml(PACK)))
def test_damaged_yaml(environment: bytes, pack: bytes) -> None:
    findings(env_yaml=environment, pack_yaml=pack)


@BOUNDS
@given(damaged(as_json(ENVIRONMENT)), damaged(as_json(PACK)))
def test_damaged_json(environment: bytes, pack: bytes) -> None:
    findings(env_json=environment, pack_json=pack)


@BOUNDS
@given(mutated(ENVIRONMENT))
def test_any_environment(environment: object) -> None:
    findings(env_json=as_json(environment), pack_json=as_json(PACK))


@BOUNDS
@given(mutated(TEMPLATE), mutated(TEMPLATE))
def test_any_templates(one: object, other: object) -> None:
    findings(env_json=as_json(ENVIRONMENT), pack_json=as_json({"templates": [one, other]}))


@BOUNDS
@given(mutated(TEMPLATE["json_addl_schema"]))
def test_any_schema(schema: object) -> None:
    findings(
        env_json=as_json(ENVIRONMENT), pack_json=as_json({"templates": [{**TEMPLATE, "json_addl_schema": schema}]})
    )


@BOUNDS
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_yaml_and_json_mean_the_same(value: object) -> None:
    from tapdb_ctl.manifest import jsonfile, yamlfile  # noqa: PLC0415 - the only test that looks inside

    document = {"value": value}
    text = json.dumps(document)
    from_json = jsonfile.parse("x.json", text.encode(), text)
    from_yaml = yamlfile.parse("x.yaml", yaml.safe_dump(document, allow_unicode=False))
    if not from_json.findings and not from_yaml.findings:
        assert from_json.documents[0].value == from_yaml.documents[0].value == document
