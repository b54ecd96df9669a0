"""Resources: what the manifests want, and what is found live, in one shape."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core import jsonvalue
from tapdb_ctl.core.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.errors import Finding, Origin


@dataclass(frozen=True)
class Resource:
    """One thing that tapdb reconciles, wanted or live.

    `attributes` holds exactly what is compared. `needs` are addresses that must exist first. `owner` is the
    catalogue that declares it, or, live, that it belongs to; None for what belongs to the environment
    itself or, live, to nobody. `protected` forbids its destruction; None, in what is wanted, leaves the
    protection as it is. `within` names the resource that brings it along when that is made. `surplus` says,
    live, that it sits inside something of ours and is not part of it, so that it has to go. `renamed_from` is the
    address under which it is looked for where its own leads nowhere.
    """

    address: Address
    attributes: Attributes
    needs: tuple[Address, ...] = ()
    owner: str | None = None
    protected: bool | None = False
    origin: Origin | None = None
    within: Address | None = None
    surplus: bool = False
    renamed_from: Address | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the attributes, as the server computes it from the live row."""
        return jsonvalue.digest(self.attributes)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Each attribute as jsonb prints it: written once, for the statements of a change and for its ledger."""
        return {name: jsonvalue.text(value) for name, value in self.attributes.items()}

    @cached_property
    def document(self) -> Attributes:
        """The attributes as plans, ledgers and people see them: with the protection of what is owned."""
        return self.attributes if self.owner is None else {**self.attributes, "prevent_destroy": bool(self.protected)}


def is_retired(resource: Resource) -> bool:
    """Whether it is there and marked as deleted."""
    return resource.attributes.get("is_deleted") is True


class Role(NamedTuple):
    """What a declared database role is for: `application` or `read_only`."""

    kind: str
    origin: Origin | None = None


@dataclass(frozen=True)
class Desired:
    """What an environment should be: the compiled manifests, secrets left as references.

    `target` names the database and schema. `catalogs` maps every declared catalogue to whether it prunes; a
    plan touches only what these own. `roles` are the declared ones, by name; `prune` asks
    to revoke what these have and do not need. `imports` are patterns of addresses that may be adopted where nobody owns
    them; `force` lets what another catalogue owns be taken over. `policy` is what a plan may contain.
    `unreconciled` are findings about declared things that this version does not reconcile yet.
    """

    environment: str
    resources: Mapping[Address, Resource]
    catalogs: Mapping[str, bool]
    protect: bool = False
    unreconciled: tuple[Finding, ...] = ()
    target: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    prune: bool = False
    imports: tuple[str, ...] = ()
    force: bool = False
    policy: Policy = field(default_factory=Policy)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the compiled state: equal for manifests that mean the same."""
        lines = [f"{self.environment}|{self.protect}|{sorted(self.catalogs.items())}"]
        lines += [f"role {name}|{role.kind}" for name, role in sorted(self.roles.items())]
        lines += [f"imports {self.imports}|{self.force}|{self.policy}"]
        lines += [f"{a}|{r.owner}|{r.protected}|{r.renamed_from}|{r.digest}" for a, r in sorted(self.resources.items())]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Live:
    """What was found: everything wanted and everything owned, as far as it exists.

    `digests` holds, for each resource, the server's digest of its attributes. It is taken from the live
    row at the moment of reading and never stored, so that hand edits show. `findings` tell what was seen
    and is not the environment's. `reasons` say of an address, existing or not, why a change of it takes another
    way than usual: `online` for what belongs to a table too large to be kept locked.
    """

    resources: Mapping[Address, Resource] = field(default_factory=dict)
    digests: Mapping[Address, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    reasons: Mapping[Address, str] = field(default_factory=dict)

    def joined(self, other: Live) -> Live:
        """Both observations as one; providers answer for disjoint types."""
        return Live(
            {**self.resources, **other.resources},
            {**self.digests, **other.digests},
            (*self.findings, *other.findings),
            {**self.reasons, **other.reasons},
        )

    def state(self, addresses: Collection[Address]) -> dict[Address, str]:
        """A short digest of each of `addresses` that exists, and of what is owned or has to go.

        This is what a fingerprint compares.
        """
        return {
            address: hashlib.sha256(f"{self.digests[address]}|{r.owner}|{r.protected}".encode()).hexdigest()[:16]
            for address, r in sorted(self.resources.items())
            if r.owner is not None or r.surplus or address in addresses
        }


def fingerprint(state: Mapping[Address, str]) -> str:
    """SHA-256 over a state, in address order."""
    return hashlib.sha256(
        "\n".join(f"{address} {digest}" for address, digest in sorted(state.items())).encode()
    ).hexdigest()
