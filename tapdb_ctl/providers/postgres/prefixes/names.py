"""The identities of TAPDB: tables whose rows carry an EUID though no template makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.euid import sequence_name

if TYPE_CHECKING:
    from tapdb_ctl.euid import Numbered

_NUMBERED: dict[str, Numbered] = {"tapdb_user": "user", "audit_log": "audit"}


def identity_sequence(entity: str, prefix: str) -> str:
    """The sequence that numbers an identity's rows: `tad_audit_seq` for audit_log and TAD.

    A prefix that somebody wrote by hand may be none; its sequence then has no name, and is not there.
    """
    try:
        return sequence_name(prefix, _NUMBERED[entity])
    except (KeyError, ValueError):
        return ""
