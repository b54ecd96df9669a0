"""The names that TAPDB gives to identity sequences, and the tables whose rows they number."""

from __future__ import annotations

IDENTITY_TABLES = {"tapdb_user": "tapdb_user", "audit_log": "audit_log"}
_SUFFIX = {"tapdb_user": "user", "audit_log": "audit"}


def identity_sequence(entity: str, prefix: str) -> str:
    """The sequence that numbers an identity's rows: `tad_audit_seq` for audit_log and TAD."""
    return f"{prefix.lower()}_{_SUFFIX[entity]}_seq"
