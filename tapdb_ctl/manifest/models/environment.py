# ruff: noqa: TC001, TC003 - pydantic evaluates annotations at run time
"""The shape of an Environment after extension and variables."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tapdb_ctl.core.policy import Bump
from tapdb_ctl.manifest.models.aws import Cognito, Stack
from tapdb_ctl.manifest.models.base import Flag, Many, Model, Moment, Prefix, Text, Texts, choice, whole
from tapdb_ctl.manifest.models.database import Aurora, Database, Embedded, Identifier, Postgres

VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Metadata(Model):
    """What the environment is called."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
    labels: dict[str, str] = Field(default_factory=dict)


class Identity(Model):
    """EUID prefixes of the rows that no template owns."""

    tapdb_user: Prefix = "TSR"
    audit_log: Prefix = "TAD"


class Catalog(Model):
    """A set of templates; its name is what owns them in the database."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")] | None = None
    path: Text
    prune: Flag = False


class Roles(Model):
    """Database roles and what they may do."""

    application: Many[Identifier] = ()
    read_only: Many[Identifier] = ()


class Policy(Model):
    """What a plan may contain."""

    max_destroy: whole(0, 1_000_000_000) | None = None  # type: ignore[valid-type]
    max_change: whole(0, 1_000_000_000) | None = None  # type: ignore[valid-type]
    require_version_bump: choice(Bump) = "never"  # type: ignore[valid-type]
    forbid: Texts = ()
    freeze: Moment | None = None


class Spec(Model):
    """What the environment should be."""

    extends: Text | None = None
    database: Database
    identity: Identity = Identity()
    catalogs: Many[Catalog] = ()
    imports: Annotated[Many[Text], Field(alias="import")] = ()
    roles: Roles | None = None
    stack: Stack | None = None
    cognito: Cognito | None = None
    protect: Flag | None = None
    policy: Policy | None = None


class Environment(Model):
    """One environment: variables filled, secrets still references."""

    api_version: Annotated[Literal["tapdb/v1"], Field(alias="apiVersion")]
    kind: Literal["Environment"]
    metadata: Metadata
    vars: dict[VariableName, str | int | Decimal | bool] = Field(default_factory=dict)
    spec: Spec

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.metadata.name

    @property
    def database(self) -> Embedded | Postgres | Aurora:
        """Where its database is."""
        return self.spec.database

    @property
    def target(self) -> str:
        """`DATABASE.SCHEMA`: what a saved plan is for."""
        return f"{self.database.name}.{self.database.schema_name}"
