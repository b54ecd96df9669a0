"""The tables of TAPDB as classes, under the names and with the attributes that TAPDB 0.1.13 gives them.

Each of the three tables holds many classes (single-table inheritance): `polymorphic_discriminator` says which one a
row is. An application adds its own by subclassing with a `polymorphic_identity` of its own.
"""

from __future__ import annotations

from tapdb_ctl.runtime.models.audit import audit_log
from tapdb_ctl.runtime.models.base import Base, tapdb_core
from tapdb_ctl.runtime.models.instance import generic_instance
from tapdb_ctl.runtime.models.lineage import generic_instance_lineage
from tapdb_ctl.runtime.models.template import generic_template
from tapdb_ctl.runtime.models.user import tapdb_user

__all__ = [
    "Base",
    "audit_log",
    "generic_instance",
    "generic_instance_lineage",
    "generic_template",
    "tapdb_core",
    "tapdb_user",
]
