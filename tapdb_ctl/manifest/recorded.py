"""What a catalogue owned, as if manifests declared it: with what it stands on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.manifest import compiling
from tapdb_ctl.manifest.indexes import wanted
from tapdb_ctl.properties import PropertyIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.core.resource import Resource


def declared(owned: Iterable[Resource]) -> Iterator[Resource]:
    """Templates and indexes with their needs, and the prefixes of the templates, each once."""
    prefixes = set()
    for resource in owned:
        if resource.address.type == "template":
            prefix = str(resource.attributes["instance_prefix"])
            prefixes.add(prefix)
            yield replace(resource, needs=compiling.needs(prefix))
        else:
            yield _index(resource)
    yield from map(compiling.prefix, sorted(prefixes))


def _index(resource: Resource) -> Resource:
    """An index that this version would declare, else as it was recorded."""
    index = PropertyIndex.of(str(resource.attributes["definition"]))
    return wanted(index, resource.owner or "") if index else resource
