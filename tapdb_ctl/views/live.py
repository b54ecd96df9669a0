"""What is live and managed by tapdb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.views.documents import FORMAT_VERSION, line
from tapdb_ctl.views.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.resource import Desired, Live, Resource


def addresses(live: Live, wanted: Desired) -> Iterator[str]:
    """The address of every managed resource, sorted; each is what `--target` takes."""
    return (printable(str(resource.address)) for resource in managed(live, wanted))


def document(live: Live, wanted: Desired) -> str:
    """The managed resources with their attributes."""
    resources = [
        {"address": str(resource.address), "catalog": resource.owner, "attributes": resource.document}
        for resource in managed(live, wanted)
    ]
    return line({"format_version": FORMAT_VERSION, "resources": resources})


def managed(live: Live, wanted: Desired) -> Iterator[Resource]:
    """What is ours."""
    return (resource for _, resource in sorted(live.resources.items()) if _ours(resource, wanted))


def _ours(resource: Resource, wanted: Desired) -> bool:
    """A template without an owner was made by somebody else, or is retired; a grant is ours where it is declared."""
    match resource.address.kind:
        case "template":
            return resource.owner is not None
        case "grant":
            return resource.address in wanted.resources
    return True
