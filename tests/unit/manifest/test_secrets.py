"""Secrets: resolved at the moment of use, and never shown."""

import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from manifest_projects import Project
from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest import secrets
from tapdb_ctl.manifest.models.secret import (
    FromEnvironment,
    FromFile,
    FromParameterStore,
    FromSecretsManager,
    Reference,
)


class Aws:
    def secrets_manager(self, name: str) -> str:
        return {"plain": "hunter2", "json": '{"password": "hunter2", "port": 5}'}[name]

    def parameter(self, name: str) -> str:
        return f"hunter2 of {name}"


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        (FromEnvironment(env="PW"), "hunter2"),
        (FromFile(file="pw"), "hunter2"),
        (FromSecretsManager(secrets_manager="plain"), "hunter2"),
        (FromSecretsManager(secrets_manager="json", key="password"), "hunter2"),
        (FromParameterStore(ssm="/pw"), "hunter2 of /pw"),
        (SecretStr("hunter2"), "hunter2"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_resolves(tmp_path: Path, reference: Reference | SecretStr, value: str) -> None:
    (tmp_path / "pw").write_text("hunter2\n")
    resolved = secrets.resolve(reference, {"PW": "hunter2"}, directory=tmp_path, aws=Aws())
    assert resolved == value
    assert "hunter2" not in repr(resolved)
    assert "hunter2" not in repr({"password": resolved})


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        (FromEnvironment(env="GONE"), "SEC001"),
        (FromEnvironment(env="LATIN"), "SEC001"),
        (FromFile(file="gone"), "SEC001"),
        (FromFile(file="a\0b"), "SEC001"),
        (FromFile(file="latin"), "SEC001"),
        (FromFile(file="huge"), "SEC001"),
        (FromSecretsManager(secrets_manager="plain", key="password"), "SEC001"),
        (FromSecretsManager(secrets_manager="json", key="port"), "SEC001"),
    ],
)
def test_what_cannot_be_resolved_shows_nothing(tmp_path: Path, reference: Reference | SecretStr, code: str) -> None:
    (tmp_path / "latin").write_bytes(b"hunter2\xff")
    (tmp_path / "huge").write_text("hunter2" * 10_000)
    environ = {"LATIN": "hunter2\udcf6"}
    with pytest.raises(ManifestError) as error:
        secrets.resolve(reference, environ, directory=tmp_path, aws=Aws())
    assert [f.code for f in error.value.findings] == [code]
    assert "hunter2" not in "".join(traceback.format_exception(error.value))


def test_aws_is_the_callers_to_supply() -> None:
    with pytest.raises(ManifestError, match="SEC002"):
        secrets.resolve(FromParameterStore(ssm="/pw"), {})


def test_a_secret_never_enters_the_desired_state(project: Project) -> None:
    project.environment(database={"engine": "postgres", "host": "localhost", "password": "hunter2"})
    project.pack()
    loaded = project.load()
    assert "hunter2" not in repr(loaded)
    assert [f.code for f in loaded.findings] == ["ENV012"]


@pytest.mark.parametrize(
    "reference", [{"file": "x", "key": "p"}, {"env": "A", "file": "B"}, {"env": "HOME", "vault": 1}], ids=str
)
def test_a_reference_with_too_much_is_told_what_one_is(project: Project, reference: dict[str, object]) -> None:
    project.environment(database={"engine": "postgres", "host": "h", "password": reference})
    project.pack()
    with pytest.raises(ManifestError) as error:
        project.load()
    (found,) = error.value.findings
    assert found.code == "ENV001"
    assert found.hint == "a reference has exactly one of env, file, secrets_manager (with an optional key) and ssm"
