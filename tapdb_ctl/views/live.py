"""What is live and managed by tapdb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.views.documents import FORMAT_VERSION, line
from tapdb_ctl.views.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.resource import Live, Resource


def addresses(live: Live) -> Iterator[str]:
    """The address of every managed resource, sorted; each is what `--target` takes."""
    return (printable(str(resource.address)) for resource in managed(live))


def document(live: Live) -> str:
    """The managed resources with their attributes."""
    resources = [
        {"address": str(resource.address), "catalog": resource.owner, "attributes": resource.document}
        for resource in managed(live)
    ]
    return line({"format_version": FORMAT_VERSION, "resources": resources})


def managed(live: Live) -> Iterator[Resource]:
    """What is ours: a template without an owner was made by somebody else, or is retired."""
    return (
        resource
        for address, resource in sorted(live.resources.items())
        if resource.owner is not None or address.type != "template"
    )
