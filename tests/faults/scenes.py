"""What is applied, and on what: a catalogue of 2,000 templates, on no database at all or on one that is in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from folders import pack

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 2000
BASE = "fault_base"
"""The database in use, kept as a template to copy."""

INSTANCES = """
    INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version, template_uuid,
                                  bstatus)
    SELECT 'tube', 'container_instance', category, type, subtype, version, uuid, 'new' FROM generic_template LIMIT 300;
    INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid, child_instance_uuid)
    SELECT 'edge', 'generic_instance_lineage', uuid, uuid + 1
      FROM generic_instance WHERE uuid < (SELECT max(uuid) FROM generic_instance);
"""


def base() -> list[dict[str, Any]]:
    """What was applied before: 1,600 templates."""
    return pack(COUNT * 4 // 5)


def later() -> list[dict[str, Any]]:
    """1,200 of those changed and 400 new ones; 400 are gone: 2,000 changes."""
    templates = pack(COUNT)
    return [{**each, "bstatus": "changed"} for each in templates[: COUNT * 3 // 5]] + templates[COUNT * 4 // 5 :]


@dataclass(frozen=True)
class Scene:
    """A state of the world before an apply, and what is applied."""

    name: str
    wanted: Callable[[], list[dict[str, Any]]]
    copied: bool
    """Whether the database is a copy of `BASE`; else the apply creates it."""


NEW = Scene("a new database", lambda: pack(COUNT), copied=False)
USED = Scene("a database in use", later, copied=True)
