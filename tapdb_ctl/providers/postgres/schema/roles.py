"""What a declared role may do: what it needs, and no more. docs/schema.md, Roles, says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.providers.postgres.schema.names import address, kind, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.resource import Role

_READ = ("SELECT",)
_KEEP = ("DELETE", "INSERT", "SELECT", "UPDATE")
_ADD = ("INSERT", "SELECT", "UPDATE")

_APPLICATION = {
    "generic_instance": _KEEP,
    "generic_instance_lineage": _KEEP,
    "tapdb_user": _ADD,
    "tapdb_idempotency_key": _ADD,
    "generic_template": _READ,
    "audit_log": _READ,
    "tapdb_meta": _READ,
}
_PERSONAL = frozenset({"tapdb_user"})


def needed(role: str, table: str) -> tuple[str, ...]:
    """The privileges on a table of a role of this kind, in the order of their names."""
    if role == "application":
        return _APPLICATION.get(table, ())
    return () if table in _PERSONAL else _READ


def grants(roles: Mapping[str, Role], objects: Iterable[Address]) -> Iterator[Resource]:
    """A grant for each declared role and each of the objects that it needs, and on the schema that holds them."""
    tables = [at for at in objects if kind(at) == "table"]
    for name, role in roles.items():
        yield Resource(usage(name), {"privileges": ["USAGE"]}, (BASELINE,), origin=role.origin)
        for table in tables:
            if privileges := needed(role.kind, parts(table)[0]):
                at = address("grant", [name, "table", *parts(table)])
                yield Resource(at, {"privileges": list(privileges)}, (table, BASELINE), origin=role.origin)


def usage(role: str) -> Address:
    """The address of a role's grant on the schema itself, whatever that is called."""
    return address("grant", [role, "schema", "managed"])
