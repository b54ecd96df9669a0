"""The shipped JSON Schemas are those of the models, and what ships satisfies them."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tapdb_ctl.assets import asset
from tapdb_ctl.manifest import schemas
from tapdb_ctl.manifest.reading import read

ENVIRONMENTS = sorted(asset("manifests").glob("*.yaml"))
PACKS = sorted(path for path in asset("templates").rglob("*.json") if not path.name.startswith("_"))


def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(schemas.schema(kind))


def only(path: Path) -> object:
    (document,) = read(path).documents
    return document.value


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_the_shipped_schema_is_current(kind: str) -> None:
    shipped = asset("schema") / f"{kind}.schema.json"
    text = json.dumps(schemas.schema(kind), indent=2) + "\n"
    if os.environ.get("TAPDB_UPDATE_GOLDEN"):
        shipped.write_text(text)
    assert shipped.read_text() == text, "TAPDB_UPDATE_GOLDEN=1 pytest tests/unit/manifest writes it anew"


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_a_schema_is_valid_itself(kind: str) -> None:
    Draft202012Validator.check_schema(schemas.schema(kind))


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_shipped_environments_satisfy_it(path: Path) -> None:
    validator("environment").validate(only(path))


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.name)
def test_shipped_packs_satisfy_it(path: Path) -> None:
    validator("template-catalog").validate(only(path))


def test_there_is_something_shipped() -> None:
    assert {path.stem for path in ENVIRONMENTS} == {"dev", "test", "prod"}
    assert PACKS


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("environment", {"apiVersion": "tapdb/v1", "kind": "Environment", "metadata": {"name": "dev"}, "spec": {}}),
        (
            "environment",
            {"apiVersion": "tapdb/v1", "kind": "Environment", "metadata": {"name": "Dev"}, "spec": {"extends": "b"}},
        ),
        ("template-catalog", {"templates": [{"name": "a"}]}),
        ("template-catalog", {"kind": "TemplateCatalog", "templates": []}),
    ],
)
def test_what_is_wrong_does_not(kind: str, wrong: object) -> None:
    assert not validator(kind).is_valid(wrong)


def test_an_environment_that_extends_may_be_partial() -> None:
    patch = {
        "apiVersion": "tapdb/v1",
        "kind": "Environment",
        "metadata": {"name": "dev"},
        "spec": {"extends": "base.yaml"},
    }
    assert validator("environment").is_valid(patch)


def test_a_variable_may_stand_for_a_number() -> None:
    port = {"engine": "postgres", "port": "${var.PORT}"}
    document = {
        "apiVersion": "tapdb/v1",
        "kind": "Environment",
        "metadata": {"name": "dev"},
        "spec": {"database": port},
    }
    assert validator("environment").is_valid(document)
    port["port"] = "5432"
    assert not validator("environment").is_valid(document)
