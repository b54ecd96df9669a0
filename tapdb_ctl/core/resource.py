"""Resources: what the manifests want, and what is found live, in one shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tapdb_ctl.core import jsonvalue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.errors import Finding, Origin


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that tapdb reconciles, wanted or live.

    `attributes` holds exactly what is compared. `needs` are addresses that must exist first. `owner` is the
    catalogue that declares it, or, live, that it belongs to; None for what belongs to the environment
    itself or, live, to nobody. `protected` forbids its destruction.
    """

    address: Address
    attributes: Attributes
    needs: tuple[Address, ...] = ()
    owner: str | None = None
    protected: bool = False
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Desired:
    """What an environment should be: the compiled manifests, secrets left as references.

    `catalogs` maps every declared catalogue to whether it prunes; a plan touches only what these own.
    `unreconciled` are findings about declared things that this version does not reconcile yet.
    """

    environment: str
    resources: Mapping[Address, Resource]
    catalogs: Mapping[str, bool]
    protect: bool = False
    unreconciled: tuple[Finding, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the compiled state: equal for manifests that mean the same."""
        compiled = {str(address): {"owner": r.owner, "protected": r.protected, **r.attributes} for address, r in self.resources.items()}
        return jsonvalue.digest({"environment": self.environment, "catalogs": dict(self.catalogs), "protect": self.protect, "resources": compiled})


@dataclass(frozen=True, slots=True)
class Live:
    """What was found: everything wanted and everything owned, as far as it exists.

    `digests` fingerprints each resource's compared attributes, ownership and protection as the server
    computed them.
    """

    resources: Mapping[Address, Resource] = field(default_factory=dict)
    digests: Mapping[Address, str] = field(default_factory=dict)

    def joined(self, other: Live) -> Live:
        """Both observations as one; providers answer for disjoint kinds."""
        return Live({**self.resources, **other.resources}, {**self.digests, **other.digests})
