"""The identities of TAPDB: tables whose rows carry an EUID though no template makes them; and all that carry one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.euid import sequence_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.core.resource import Resource
    from tapdb_ctl.euid import Numbered

_NUMBERED: dict[str, Numbered] = {"tapdb_user": "user", "audit_log": "audit"}
_TABLES = ("generic_template", "generic_instance", "generic_instance_lineage", *_NUMBERED)


def identity_sequence(entity: str, prefix: str) -> str:
    """The sequence that numbers an identity's rows: `tad_audit_seq` for audit_log and TAD.

    A prefix that somebody wrote by hand may be none; its sequence then has no name, and is not there.
    """
    try:
        return sequence_name(prefix, _NUMBERED[entity])
    except (KeyError, ValueError):
        return ""


def numbered(live: Mapping[Address, Resource], wanted: Mapping[Address, Resource]) -> frozenset[str]:
    """The tables that tell quickly how high their EUIDs go: those whose key to that is as it should be."""
    return frozenset(table for table in _TABLES if all(_whole(at, live, wanted) for at in _key(table)))


def _key(table: str) -> tuple[Address, ...]:
    parts = (f"constraint/{table}.unique_{table}_prefix_seq", f"column/{table}.euid_prefix", f"column/{table}.euid_seq")
    return tuple(Address("schema", part) for part in parts)


def _whole(at: Address, live: Mapping[Address, Resource], wanted: Mapping[Address, Resource]) -> bool:
    return at in live and same(live[at].attributes, wanted[at].attributes)
