"""Opens connections that mean the same whatever the process's environment and the server's defaults say."""

from __future__ import annotations

import os
from contextlib import contextmanager
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
        with _without_service():
            opened: connection = psycopg2.connect(**parameters)
            if opened.info.parameter_status(_STRINGS) == "off":
                opened.close()
                opened = psycopg2.connect(**parameters | {"options": f"-c {_STRINGS}=on"})
    except psycopg2.Error as error:
        raise diagnosis.unreachable(error, target) from error
    return opened


@contextmanager
def _without_service() -> Iterator[None]:
    """Hide PGSERVICE, which libpq looks up even when every parameter is given, and fails when it is unknown."""
    service = os.environ.pop("PGSERVICE", None)
    try:
        yield
    finally:
        if service is not None:
            os.environ["PGSERVICE"] = service
