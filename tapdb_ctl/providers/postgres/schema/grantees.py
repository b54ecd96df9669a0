"""Declared roles that cannot be given what they need: found while planning, before anything is made."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from tapdb_ctl.core.step import identifier
from tapdb_ctl.errors import Finding
from tapdb_ctl.providers.postgres.queries import query
from tapdb_ctl.providers.postgres.schema.roles import usage

if TYPE_CHECKING:
    from tapdb_ctl.core.resource import Desired
    from tapdb_ctl.providers.postgres.connector import Connector
    from tapdb_ctl.providers.postgres.session import Session


def before_creation(connector: Connector, desired: Desired) -> tuple[Finding, ...]:
    """The same while there is no database; a server that is yet to be made has none of the roles."""
    session = connector.server() if desired.roles else None
    if session is None:
        return tuple(_missing(name, desired) for name in desired.roles)
    with closing(session), session.reading():
        return findings(session, desired)


def findings(session: Session, desired: Desired) -> tuple[Finding, ...]:
    """An error for each that does not exist, or owns the tables; nothing is asked when none is declared."""
    if not desired.roles:
        return ()
    rows = session.rows(query("roles"), {"roles": [*desired.roles], "schema": session.settings.schema})
    return tuple(_missing(name, desired) if missing else _owner(name, desired) for name, missing in rows)


def _missing(role: str, desired: Desired) -> Finding:
    return Finding(
        "PG051",
        "a declared role does not exist",
        f"{role}: tapdb grants to roles and does not make them",
        f"CREATE ROLE {identifier(role)} LOGIN, as a role that may; until then, --exclude 'schema.grant/*'",
        address=str(usage(role)),
        origin=desired.roles[role].origin,
    )


def _owner(role: str, desired: Desired) -> Finding:
    return Finding(
        "PG052",
        "a declared role owns the tables",
        f"{role}: an owner may do everything, whatever is granted",
        "let applications log in as another role than the one that applies",
        address=str(usage(role)),
        origin=desired.roles[role].origin,
    )
