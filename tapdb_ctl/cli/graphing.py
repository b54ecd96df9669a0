"""What `tapdb graph` draws: an environment as its manifests want it, or a saved plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import after
from tapdb_ctl.core.graph import Edge, Graph, graph
from tapdb_ctl.manifest.mentions import mentions, resolver

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.resource import Desired, Resource


def wanted(desired: Desired) -> Graph:
    """Everything that the manifests want; templates also lead to the templates that they mention."""
    resources = desired.resources.values()
    needs = (Edge(resource.address, need) for resource in resources for need in resource.needs)
    return graph(desired.environment, dict.fromkeys(desired.resources), [*needs, *_mentioned(resources)])


def planned(plan: Plan) -> Graph:
    """What a plan changes; a plan does not record needs, so of these only a template's prefix is known."""
    changes = {planned.change.address: planned.change for planned in plan.changes}
    resources = [resource for change in changes.values() if (resource := after(change))]
    prefixes = (Edge(r.address, Address("prefix", str(r.attributes["instance_prefix"]))) for r in _templates(resources))
    return graph(plan.environment, changes, [*prefixes, *_mentioned(resources)])


def _mentioned(resources: Collection[Resource]) -> Iterator[Edge]:
    templates = list(_templates(resources))
    find = resolver([template.address.name for template in templates])
    for template in templates:
        labels: dict[str, list[str]] = {}
        for code, label in mentions(cast("dict[str, Any]", template.attributes["json_addl"])):
            if found := find(code):
                labels.setdefault(found, []).append(label)
        for code, given in labels.items():
            yield Edge(template.address, Address("template", code), ", ".join(dict.fromkeys(given)))


def _templates(resources: Collection[Resource]) -> Iterator[Resource]:
    return (resource for resource in resources if resource.address.type == "template")
