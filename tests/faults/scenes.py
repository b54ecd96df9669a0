"""What is applied, and on what: a catalogue of templates, on no database at all or on one that is in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from folders import pack

if TYPE_CHECKING:
    from collections.abc import Callable

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


def base(count: int) -> list[dict[str, Any]]:
    """What was applied before: four fifths of `count`."""
    return pack(count * 4 // 5)


def later(count: int) -> list[dict[str, Any]]:
    """Three fifths changed, one fifth new, one fifth gone: `count` changes."""
    templates = pack(count)
    return [{**each, "bstatus": "changed"} for each in templates[: count * 3 // 5]] + templates[count * 4 // 5 :]


@dataclass(frozen=True)
class Scene:
    """A state of the world before an apply, and what is applied."""

    name: str
    wanted: Callable[[int], list[dict[str, Any]]]
    """The catalogue that so many changes lead to."""
    copied: bool
    """Whether the database is a copy of `BASE`; else the apply creates it."""


NEW = Scene("a new database", pack, copied=False)
USED = Scene("a database in use", later, copied=True)
