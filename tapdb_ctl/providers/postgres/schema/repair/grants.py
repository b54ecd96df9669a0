"""Grants: given where they are missing, revoked where a declared role has more; no table is locked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create
from tapdb_ctl.core.step import identifier
from tapdb_ctl.providers.postgres.schema.names import granted, kind, parts
from tapdb_ctl.providers.postgres.schema.repair.common import new, old, statement, text, unrepairable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.core.step import Step

_PASSING_ON = " with grant option"
_BY = " granted by "


def steps(change: Change, schema: str) -> Iterator[Step]:
    """REVOKE what is too much, then GRANT what is missing; `schema` is what the managed one is called."""
    role, thing = granted(change.address)
    on, to = _on(thing, schema), identifier(role)
    given, wanted = _privileges(old(change)), _privileges(new(change))
    if others := sorted(each for each in given if _BY in each):
        raise unrepairable(
            change,
            f"{', '.join(others)}: only that role can take it back",
            f"as that role: REVOKE … ON {on} FROM {to}, or let the owner REVOKE its grant option with CASCADE",
        )
    held = {each.removesuffix(_PASSING_ON) for each in given}
    passing = {each.removesuffix(_PASSING_ON) for each in given if each.endswith(_PASSING_ON)} & wanted
    if surplus := held - wanted:
        yield statement(f"revoke from {role} on {thing.name}", f"REVOKE {_listed(surplus, thing)} ON {on} FROM {to}")
    if passing:
        revoked = f"REVOKE GRANT OPTION FOR {_listed(passing, thing)} ON {on} FROM {to}"
        yield statement(f"let {role} no longer grant on {thing.name}", revoked)
    if missing := wanted - held:
        # What is made by the same apply may have more from ALTER DEFAULT PRIVILEGES.
        anew = f"REVOKE ALL ON {on} FROM {to}; " if isinstance(change, Create) else ""
        sql = f"{anew}GRANT {_listed(missing, thing)} ON {on} TO {to}"
        reverse = f"REVOKE {_listed(missing, thing)} ON {on} FROM {to}"
        yield statement(f"grant to {role} on {thing.name}", sql, reverse=reverse)


def revocation(role: str, things: Iterable[Address], schema: str) -> str:
    """The statements that take everything from a role; a table's takes what there is on its columns, too."""
    targets: dict[str, list[str]] = {}
    for thing in things:
        what, _, name = _on(thing, schema).partition(" ")
        full = name if what == "SCHEMA" else f"{identifier(schema)}.{name}"
        names = targets.setdefault(what, [])
        names += [full] if full not in names else []
    return "; ".join(f"REVOKE ALL ON {what} {', '.join(on)} FROM {identifier(role)}" for what, on in targets.items())


def _on(thing: Address, schema: str) -> str:
    """What a grant is on, as GRANT writes it; one on a column names the table there."""
    match kind(thing):
        case "schema":
            return f"SCHEMA {identifier(schema)}"
        case "function":
            name, _, types = thing.name.partition("/")[2].partition("(")
            return f"ROUTINE {identifier(name)}({types}"
        case "sequence":
            return f"SEQUENCE {identifier(parts(thing)[0])}"
    return f"TABLE {identifier(parts(thing)[0])}"


def _listed(privileges: Iterable[str], thing: Address) -> str:
    column = f" ({identifier(parts(thing)[1])})" if kind(thing) == "column" else ""
    return ", ".join(f"{privilege}{column}" for privilege in sorted(privileges))


def _privileges(grant: Attributes) -> set[str]:
    listed = grant.get("privileges")
    return {text(each) for each in listed} if isinstance(listed, (list, tuple)) else set()
