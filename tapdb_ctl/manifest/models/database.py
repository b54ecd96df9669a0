# ruff: noqa: TC001 - pydantic evaluates annotations at run time
"""Where an environment's database is: one model for every engine."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, StringConstraints, Tag

from tapdb_ctl.manifest.models.base import Duration, Model, Text, whole
from tapdb_ctl.manifest.models.secret import Secret

# Longer names are cut by PostgreSQL in silence:
# https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=63, pattern=r"^[^\x00-\x1f]+$")]
SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]


class Common(Model):
    """What every engine has; `name` is always there once loaded, `tapdb_<environment>` unless given."""

    name: Identifier = ""
    schema_name: Annotated[Identifier, Field(alias="schema")] = "public"
    lock_timeout: Duration = "500ms"
    statement_timeout: Duration = "5m"


class Embedded(Common):
    """A PostgreSQL server that tapdb starts beside the manifests."""

    engine: Literal["embedded"]
    version: whole(14, 18) = 16  # type: ignore[valid-type]
    data_dir: Text | None = None
    port: whole(1, 65535) | None = None  # type: ignore[valid-type]


class Postgres(Common):
    """Any PostgreSQL server; what is not given is left to libpq, whose PG* variables then count."""

    engine: Literal["postgres"]
    host: Text | None = None
    port: whole(1, 65535) | None = None  # type: ignore[valid-type]
    user: Text | None = None
    password: Secret | None = None
    sslmode: SslMode | None = None
    sslrootcert: Text | None = None


class Aurora(Common):
    """An Aurora cluster: the one of `spec.stack`, or `host`."""

    engine: Literal["aurora"]
    auth: Literal["iam", "secret"] = "iam"
    host: Text | None = None
    port: whole(1, 65535) | None = None  # type: ignore[valid-type]
    user: Text | None = None
    password: Secret | None = None
    region: Text | None = None
    sslmode: SslMode = "verify-full"
    sslrootcert: Text | None = None


def _engine(value: object) -> str | None:
    engine = value.get("engine") if isinstance(value, dict) else getattr(value, "engine", None)
    return f"<{engine}>" if isinstance(engine, str) else None


Database: TypeAlias = Annotated[
    Annotated[Embedded, Tag("<embedded>")]
    | Annotated[Postgres, Tag("<postgres>")]
    | Annotated[Aurora, Tag("<aurora>")],
    Discriminator(_engine),
]
