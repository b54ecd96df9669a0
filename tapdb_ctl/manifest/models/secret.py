"""How a manifest names a secret without holding it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Discriminator, SecretStr, Tag

from tapdb_ctl.manifest.models.base import Model, Text


class FromEnvironment(Model):
    """The value of an environment variable."""

    env: Text


class FromFile(Model):
    """The content of a file, less a final line break; a relative path is seen from the manifest."""

    file: Text


class FromSecretsManager(Model):
    """An AWS Secrets Manager secret; `key` picks a member where the secret is a JSON object."""

    secrets_manager: Text
    key: Text | None = None


class FromParameterStore(Model):
    """An AWS Systems Manager parameter."""

    ssm: Text


TAGS = frozenset({"<env>", "<file>", "<secrets_manager>", "<ssm>"})
"""How errors name the kinds of reference in their paths."""


def _tag(value: object) -> str | None:
    if isinstance(value, str | SecretStr):
        return "<literal>"
    if isinstance(value, dict):
        return next((f"<{kind}>" for kind in ("env", "file", "secrets_manager", "ssm") if kind in value), None)
    return None


Reference: TypeAlias = FromEnvironment | FromFile | FromSecretsManager | FromParameterStore
Secret: TypeAlias = Annotated[
    Annotated[SecretStr, Tag("<literal>")]
    | Annotated[FromEnvironment, Tag("<env>")]
    | Annotated[FromFile, Tag("<file>")]
    | Annotated[FromSecretsManager, Tag("<secrets_manager>")]
    | Annotated[FromParameterStore, Tag("<ssm>")],
    Discriminator(_tag),
]
"""A reference, or a literal, which only a server on this machine may have."""
