"""Opens connections that mean the same whatever the process's environment and the server's defaults say."""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import psycopg2

from tapdb_ctl.providers.postgres import diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg2.extensions import connection

    from tapdb_ctl.providers.postgres.target import Target

_STRINGS = "standard_conforming_strings"


def connect(target: Target) -> connection:
    """A connection on which backslashes in string literals are ordinary characters.

    psycopg2 decides how to quote when it connects and does not notice a later change, so where a role or
    database turns the setting off, it is turned on at start-up.

    Raises DatabaseError, saying what kept us out.
    """
    parameters = target.parameters()
    try:
        with _explicit():
            opened: connection = psycopg2.connect(**parameters)
            if opened.info.parameter_status(_STRINGS) == "off":
                opened.close()
                opened = psycopg2.connect(**parameters | {"options": f"-c {_STRINGS}=on"})
    except psycopg2.Error as error:
        raise diagnosis.unreachable(error, target) from error
    return opened


_ENVIRONMENT = Lock()
_HONOURED = frozenset({"PGPASSWORD", "PGPASSFILE"})


@contextmanager
def _explicit() -> Iterator[None]:
    """Hide the PG* variables but for the password's: every other parameter is the manifest's or a default.

    PGDATESTYLE is set, because psycopg2 would else send a SET outside any transaction, which a pooler
    would hand on to the next client; this way it is part of the start-up packet.
    """
    with _ENVIRONMENT:
        ambient = {name: os.environ.pop(name) for name in list(os.environ) if _redirects(name)}
        os.environ["PGDATESTYLE"] = "ISO"
        try:
            yield
        finally:
            del os.environ["PGDATESTYLE"]
            os.environ.update(ambient)


def _redirects(name: str) -> bool:
    return name.startswith("PG") and name not in _HONOURED
