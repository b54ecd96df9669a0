"""Where a database is, as SQLAlchemy's URL: what the caller names, else what the process environment says.

A host that the caller names leads there alone: no variable adds a port to it. A password may always come from
PGPASSWORD or .pgpass, where libpq finds it by itself.
"""

from __future__ import annotations

import getpass
import re
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tapdb_ctl.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

Host: TypeAlias = tuple[str, int]

DRIVER = "postgresql+psycopg2"
"""Named always: which driver a bare `postgresql://` means has changed between releases of SQLAlchemy."""

DATABASE = "tapdb"
STANDBY = "standby"
READ_WRITE = "read-write"
"""The `target_session_attrs` by which libpq looks for the primary among several hosts."""

_DRIVERS = dict.fromkeys(("postgres", "postgresql", DRIVER), DRIVER) | {"postgresql+psycopg": "postgresql+psycopg"}
_PORT = 5432
_ADDRESS = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.%\w]+)\]|(?P<name>/[^,:]+|[^\s,:/@\[\]]+))(?::(?P<port>\d{1,5}))?")
# scheme, user and password, and a list of hosts, which SQLAlchemy takes for one host with a strange port
_SEVERAL = re.compile(r"(?P<before>[\w+]+://(?:[^/?#]*@)?)(?P<hosts>[^@/?#]*,[^@/?#]*)(?P<after>.*)", re.DOTALL)


def resolved(  # noqa: PLR0913 - the documented parameters
    text: str | None,
    prefix: str,
    hosts: str | None,
    password: str | None,
    user: str | None,
    database: str,
    environ: Mapping[str, str],
    *,
    local: bool = True,
) -> URL:
    """The URL of what is named: a URL, else its parts; DATABASE_URL where neither is.

    Without any host that is this machine at PGPORT, if `local`. Raises InvalidInputError.
    """
    parts = hosts or password or user or database != DATABASE
    if text := text or (None if parts else environ.get("DATABASE_URL")):
        return of_text(text)
    if not (hosts or local):
        raise InvalidInputError.of(
            "RUN044",
            "Aurora is on no host by default",
            "neither db_hostname nor a URL is given",
            "give db_hostname the cluster's endpoint",
        )
    return of_parts(prefix, hosts or f"localhost:{environ.get('PGPORT') or _PORT}", user, password, database, environ)


def of_replica(text: str, primary: URL) -> URL:
    """The URL of a replica, completed from its primary's; `standby` is one among several hosts.

    Raises InvalidInputError.
    """
    if text != STANDBY:
        url = of_text(text)
        if url.username is None:
            url = url.set(username=primary.username, password=url.password or primary.password)
        return url.set(database=url.database or primary.database)
    if "," in str(primary.query.get("host")):
        return primary.update_query_dict({"target_session_attrs": "prefer-standby"})
    raise InvalidInputError.of(
        "RUN049",
        "there is no standby among one host",
        "reader='standby' means one of several hosts",
        "give db_hostname all of them, such as a:5432,b:5432, or reader the URL of the replica",
    )


def of_parts(
    prefix: str, hosts: str, user: str | None, password: str | None, database: str, environ: Mapping[str, str]
) -> URL:
    """The URL of `host:port` and the rest, each taken as it is: no character of a password has to be quoted.

    `hosts` may be several with commas between them, `[::1]:5432`, or the folder of a socket. Raises InvalidInputError.
    """
    url = URL.create(driver(prefix.partition("://")[0]), user or account(environ, "tapdb"), password or None)
    return _at(url.set(database=database), addresses(hosts))


def of_text(text: str) -> URL:
    """The URL that somebody wrote; raises InvalidInputError, which does not quote it, since it may hold a password."""
    try:
        if several := _SEVERAL.fullmatch(text):
            return _complete(_at(make_url(several["before"] + several["after"]), addresses(several["hosts"])))
        return _complete(make_url(text))
    except (ArgumentError, ValueError) as error:
        if isinstance(error, InvalidInputError):
            raise
    raise InvalidInputError.of(
        "RUN040",
        "this is no URL of a PostgreSQL database",
        "it is not shown, as it may hold a password",
        "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with characters such as @ / : as %40 %2F %3A",
    )


def driver(name: str) -> str:
    """The driver as SQLAlchemy names it; raises InvalidInputError for what is not PostgreSQL or not synchronous."""
    if found := _DRIVERS.get(name):
        return found
    raise InvalidInputError.of(
        "RUN041",
        "this driver is not supported",
        f"it is {name!r}",
        "write postgresql://, postgresql+psycopg2:// or postgresql+psycopg://",
    )


def addresses(text: str) -> tuple[Host, ...]:
    """The hosts of `HOST[:PORT][,…]`; raises InvalidInputError."""
    return tuple(map(_address, text.split(",")))


def account(environ: Mapping[str, str], unknown: str) -> str:
    """Whose process this is: USER, else the account's name, else `unknown`, as in containers without one."""
    try:
        return environ.get("USER") or getpass.getuser()
    except (KeyError, OSError):  # the former until Python 3.13
        return unknown


def _address(text: str) -> Host:
    match = _ADDRESS.fullmatch(text.strip())
    port = int(match["port"] or _PORT) if match else 0
    if match and 0 < port < 2**16:
        return match["v6"] or match["name"], port
    raise InvalidInputError.of(
        "RUN042",
        "this is no host and port",
        "a part between commas is not HOST, HOST:PORT, [IPv6]:PORT or the folder of a socket",
        "write localhost:5432, [::1]:5432, /run/postgresql or a:5432,b:5433",
    )


def _at(url: URL, hosts: tuple[Host, ...]) -> URL:
    """The URL leading there; of several hosts the primary is meant unless it says otherwise."""
    if len(hosts) == 1 and not hosts[0][0].startswith("/"):
        return url.set(host=hosts[0][0], port=hosts[0][1])
    names, ports = zip(*hosts, strict=True)
    url = url.update_query_dict({"host": ",".join(names), "port": ",".join(map(str, ports))})
    if len(hosts) > 1 and "target_session_attrs" not in url.query:
        url = url.update_query_dict({"target_session_attrs": READ_WRITE})
    return url


def _complete(url: URL) -> URL:
    """With driver and port named, and a password in the query moved to where SQLAlchemy hides it."""
    if "@" in (url.database or ""):
        raise ValueError  # a password with an @ and a slash: what follows them was taken for host and database
    url = url.set(drivername=driver(url.drivername), port=url.port or (_PORT if url.host else None))
    if "password" in url.query:
        url = url.set(password=str(url.query["password"])).difference_update_query(["password"])
    return url
