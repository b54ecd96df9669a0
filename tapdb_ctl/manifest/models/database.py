# ruff: noqa: TC001 - pydantic evaluates annotations at run time
"""Where an environment's database is: one model for every engine."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from tapdb_ctl.manifest.models.base import Duration, Model, Text, whole
from tapdb_ctl.manifest.models.secret import Secret

_MAX_BYTES = 63


def _short_enough(name: str) -> str:
    """The name, if PostgreSQL keeps all of it: longer ones are cut in silence.

    https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
    """
    if (size := len(name.encode())) > _MAX_BYTES:
        detail = "it has {size} bytes as UTF-8, and PostgreSQL cuts names after {most}"
        raise PydanticCustomError("name_bytes", detail, {"size": size, "most": _MAX_BYTES})
    return name


def _free_for_a_database(name: str) -> str:
    """The name, if it is none that CREATE DATABASE copies from and that must stay as it is.

    https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
    """
    if name in ("template0", "template1"):
        raise PydanticCustomError("name_reserved", "new databases of the server are copies of this one; name another")
    return name


def _free_for_a_schema(name: str) -> str:
    """The name, if PostgreSQL has not reserved it; in a search_path, `$user` is whoever connects.

    https://www.postgresql.org/docs/current/ddl-schemas.html
    """
    if name in ("$user", "information_schema") or name.startswith("pg_"):
        detail = "PostgreSQL keeps $user, information_schema and every pg_… for itself; name another"
        raise PydanticCustomError("name_reserved", detail)
    return name


Identifier = Annotated[
    str,
    StringConstraints(min_length=1, max_length=_MAX_BYTES, pattern=r"^[^\x00-\x1f]+$"),
    AfterValidator(_short_enough),
]
DatabaseName = Annotated[Identifier, AfterValidator(_free_for_a_database)]
SchemaName = Annotated[Identifier, AfterValidator(_free_for_a_schema)]
SYSTEM_CERTIFICATES = "system"
"""What `sslrootcert` may say instead of naming a file.

https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT
"""
Host = Annotated[str, StringConstraints(pattern=r"^(/[^\s@]*|[A-Za-z0-9._:,%\[\]${}-]+)$")]
"""A name, an address or a socket's folder; a URL is none, and could hold a password."""

SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]


class Common(Model):
    """What every engine has; `name` is always there once loaded, `tapdb_<environment>` unless given."""

    name: DatabaseName = ""
    schema_name: Annotated[SchemaName, Field(alias="schema")] = "public"
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
    host: Host | None = None
    port: whole(1, 65535) | None = None  # type: ignore[valid-type]
    user: Identifier | None = None
    password: Secret | None = None
    sslmode: SslMode | None = None
    sslrootcert: Text | None = None


class Aurora(Common):
    """An Aurora cluster: the one of `spec.stack`, or `host`."""

    engine: Literal["aurora"]
    auth: Literal["iam", "secret"] = "iam"
    host: Host | None = None
    port: whole(1, 65535) | None = None  # type: ignore[valid-type]
    user: Identifier | None = None
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
