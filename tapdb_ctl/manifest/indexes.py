"""The indexes that templates declare, as a live index would be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.properties import TABLE, PropertyIndex, function, path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.errors import Origin
    from tapdb_ctl.manifest.entries import Entry


def indexes(entries: Iterable[Entry], owner: str) -> Iterator[Resource]:
    """Owned as the templates are, so that they go as templates go."""
    for entry in entries:
        for number, declared in enumerate(entry.template.indexes):
            index = PropertyIndex(entry.code, path(declared.path), declared.type, declared.unique)
            yield wanted(index, owner, entry.origin("indexes", number))


def wanted(index: PropertyIndex, owner: str, origin: Origin | None = None) -> Resource:
    """One of them; beside its template it needs what its definition names."""
    needs = (
        Address("schema", f"function/{function(index.read_as)}(jsonb,text[])"),
        Address("schema", f"table/{TABLE}"),
        Address("template", index.code),
        BASELINE,
    )
    attributes: Attributes = {"table": TABLE, "definition": index.definition, "valid": True}
    return Resource(Address("schema", f"index/{index.name}"), attributes, needs, owner, origin=origin)
