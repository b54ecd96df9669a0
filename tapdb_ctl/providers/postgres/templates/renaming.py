"""Gives a template another code in place: its row, its EUID and its instances stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.step import Sql, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.resource import Resource

_FORM = "(%s, %s, %s, %s, %s, %s, %s, %s)"
_TEMPLATE = """\
UPDATE generic_template AS t
   SET category = v.new_category, type = v.new_type, subtype = v.new_subtype, version = v.new_version
  FROM (VALUES {rows}) AS v (category, type, subtype, version, new_category, new_type, new_subtype, new_version)
 WHERE (t.category, t.type, t.subtype, t.version) = (v.category, v.type, v.subtype, v.version)"""

# Instances carry their template's code, by which applications look for them.
_INSTANCES = """\
UPDATE generic_instance AS i
   SET category = v.new_category, type = v.new_type, subtype = v.new_subtype, version = v.new_version
  FROM (VALUES {rows}) AS v (category, type, subtype, version, new_category, new_type, new_subtype, new_version)
  JOIN generic_template AS t
    ON (t.category, t.type, t.subtype, t.version) = (v.new_category, v.new_type, v.new_subtype, v.new_version)
 WHERE i.template_uuid = t.uuid
   AND (i.category, i.type, i.subtype, i.version) = (v.category, v.type, v.subtype, v.version)"""


def steps(before: Resource, after: Resource) -> Iterator[Step]:
    """The template first, then what was made from it; nothing when the code stays."""
    if before.address == after.address:
        return
    old, new = before.address.name, after.address.name
    row = (*old.split("/"), *new.split("/"))
    yield Step(f"rename template {old} to {new}", Sql(_TEMPLATE, row, _FORM), rows=1, lock="SHARE ROW EXCLUSIVE")
    # Nobody may make an instance meanwhile: it would have the old code, and nothing would ever look at it again.
    instances = ("generic_instance",)
    yield Step(
        f"rename the instances of {old}", Sql(_INSTANCES, row, _FORM), lock="SHARE ROW EXCLUSIVE", tables=instances
    )
