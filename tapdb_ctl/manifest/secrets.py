"""Secret references to their values, at the moment of use and never before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.models.secret import FromEnvironment, FromFile, FromParameterStore, FromSecretsManager
from tapdb_ctl.manifest.text import is_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.manifest.models.secret import Reference

MAX_BYTES = 64 * 1024
"""The largest secret file; AWS keeps none larger."""


class AwsSecrets(Protocol):
    """What reads secrets from AWS; the caller supplies it, so that manifests need no AWS library.

    Both raise TapdbError, without the value, when AWS does not give it.
    """

    def secrets_manager(self, name: str) -> str:
        """The secret string of a name or ARN."""

    def parameter(self, name: str) -> str:
        """The decrypted value of a Systems Manager parameter."""


class Revealed(str):
    """A secret's value: text in every way, except that no repr shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(sensitive value)'"


def resolve(
    reference: Reference | SecretStr,
    environ: Mapping[str, str],
    *,
    directory: Path | None = None,
    aws: AwsSecrets | None = None,
) -> str:
    """The value that a reference stands for; a relative file is seen from `directory`.

    Raises ManifestError, naming the reference and never a value, when there is none.
    """
    match reference:
        case SecretStr():
            value = reference.get_secret_value()
        case FromEnvironment():
            value = _from_environment(reference, environ)
        case FromFile():
            value = _from_file((directory or Path()) / reference.file)
        case FromSecretsManager():
            value = _from_secrets_manager(reference, _needed(aws, "secrets_manager", reference.secrets_manager))
        case FromParameterStore():
            value = _needed(aws, "ssm", reference.ssm).parameter(reference.ssm)
    return Revealed(value)


def _from_environment(reference: FromEnvironment, environ: Mapping[str, str]) -> str:
    if (value := environ.get(reference.env)) is None:
        raise ManifestError(
            finding("SEC001", f"the environment variable {reference.env} is not set", f"export {reference.env}")
        )
    if not is_text(value):
        raise ManifestError(
            finding(
                "SEC001",
                f"the environment variable {reference.env} is not UTF-8 text",
                f"export {reference.env} again, as UTF-8",
            )
        )
    return value


def _from_file(path: Path) -> str:
    try:
        if not path.is_file():
            raise ManifestError(
                finding("SEC001", f"{path} is not a file", "write the secret there, readable by you alone")
            )
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        text = data.decode()
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a NUL in the path
        # `from None`: a decoding error carries the file's bytes
        raise ManifestError(finding("SEC001", f"{path} cannot be read as UTF-8 text: {type(error).__name__}")) from None
    if len(data) > MAX_BYTES:
        raise ManifestError(
            finding("SEC001", f"{path} has more than {MAX_BYTES // 1024} KiB", "name a file that holds the secret only")
        )
    return text.removesuffix("\n").removesuffix("\r")


def _from_secrets_manager(reference: FromSecretsManager, aws: AwsSecrets) -> str:
    secret = aws.secrets_manager(reference.secrets_manager)
    if reference.key is None:
        return secret
    try:
        members = json.loads(secret)
    except (ValueError, RecursionError):  # `from None` below: the error carries the secret
        members = None
    if not isinstance(members, dict) or not isinstance(value := members.get(reference.key), str):
        detail = f"{reference.secrets_manager} is not a JSON object with a text at {reference.key}"
        raise ManifestError(finding("SEC001", detail, "check key")) from None
    return value


def _needed(aws: AwsSecrets | None, kind: str, name: str) -> AwsSecrets:
    if aws is None:
        raise ManifestError(
            finding(
                "SEC002",
                f"{{{kind}: {name}}}",
                "this command reads no secrets from AWS; use {env: NAME} or {file: PATH}",
            )
        )
    return aws
