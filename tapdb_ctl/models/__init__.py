"""The tables as classes."""

from tapdb_ctl.runtime.models import (
    Base,
    audit_log,
    generic_instance,
    generic_instance_lineage,
    generic_template,
    tapdb_core,
    tapdb_user,
)

__all__ = [
    "Base",
    "audit_log",
    "generic_instance",
    "generic_instance_lineage",
    "generic_template",
    "tapdb_core",
    "tapdb_user",
]
