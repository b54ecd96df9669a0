"""How to connect to an environment's database: explicit values, so that nothing ambient can redirect it.

A manifest that names its host decides alone where it leads. Only one that does not is completed from the
PG* variables (https://www.postgresql.org/docs/current/libpq-envars.html). A password may always come from
PGPASSWORD or .pgpass, where libpq finds it by itself.
"""

from __future__ import annotations

import getpass
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.errors import TapdbError
from tapdb_ctl.manifest import secrets
from tapdb_ctl.manifest.models.database import SYSTEM_CERTIFICATES, Aurora, Postgres
from tapdb_ctl.manifest.text import is_text
from tapdb_ctl.providers.postgres.target import Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tapdb_ctl.providers.server.server import Endpoint

_HOST, _PORT, _SSLMODE = "localhost", "5432", "prefer"


def to_embedded(endpoint: Endpoint, database: str) -> Target:
    """A database on the embedded server."""
    return Target(endpoint.host, endpoint.port, endpoint.user, database, endpoint.password, "disable")


def to_server(database: Postgres | Aurora, directory: Path, environ: Mapping[str, str]) -> Target:
    """A database on a server that is not tapdb's; relative paths are seen from `directory`.

    Raises TapdbError when the manifest does not say enough, or a secret cannot be read.
    """
    target = without_password(database, directory, environ)
    if database.password is None:
        return target
    return replace(target, password=secrets.resolve(database.password, environ, directory=directory))


def without_password(database: Postgres | Aurora, directory: Path, environ: Mapping[str, str]) -> Target:
    """The same, for those who only want to know where it is."""
    if isinstance(database, Aurora) and (database.host is None or database.auth == "iam"):
        raise TapdbError.of(
            "CLI003",
            "this tapdb does not reach Aurora by itself yet",
            "it can neither look up a stack's endpoint nor sign in with IAM",
            "give `host` and `auth: secret` with a `password` reference, or use `engine: postgres`",
        )
    ambient = {} if database.host else _texts(environ)
    return Target(
        host=database.host or ambient.get("PGHOST") or _HOST,
        port=_port(str(database.port or ambient.get("PGPORT") or _PORT)),
        user=database.user or ambient.get("PGUSER") or _account(),
        database=database.name,
        sslmode=database.sslmode or ambient.get("PGSSLMODE") or _SSLMODE,
        sslrootcert=_certificates(database.sslrootcert, directory) or ambient.get("PGSSLROOTCERT"),
    )


def _texts(environ: Mapping[str, str]) -> dict[str, str]:
    """The PG* variables that may complete a manifest."""
    names = ("PGHOST", "PGPORT", "PGUSER", "PGSSLMODE", "PGSSLROOTCERT")
    return {name: _text(name, value) for name in names if (value := environ.get(name))}


def _certificates(named: str | None, directory: Path) -> str | None:
    """The file of trusted certificates, or the word by which libpq means those of this machine."""
    if named is None or named == SYSTEM_CERTIFICATES:
        return named
    return _text("the path of sslrootcert", str(directory / named))


def _text(what: str, value: str) -> str:
    """The value, which libpq is given as UTF-8."""
    if is_text(value):
        return value
    raise TapdbError.of(
        "CLI018",
        "a connection setting is not UTF-8 text",
        what,
        "name it in the manifest, or give it again as UTF-8",
    )


def _account() -> str:
    """Whom libpq would connect as; raises TapdbError where the account has no name, as in some containers."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # the former until Python 3.13
        name = ""
    if name and is_text(name):
        return name
    raise TapdbError.of(
        "CLI017",
        "the database user is not known",
        f"the manifest names none, and the account with uid {os.geteuid()} has no name to use instead",
        "name `user` under `database` in the manifest",
    )


def _port(text: str) -> int:
    if text.isdecimal():
        return int(text)
    raise TapdbError.of(
        "CLI004", "PGPORT is no port", f"it is {text!r}", "unset it, or name host and port in the manifest"
    )
