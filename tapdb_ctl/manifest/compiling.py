"""A validated environment and its templates to the desired state, in the plan's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.resource import Desired, Resource, Role
from tapdb_ctl.core.schema import BASELINE, VERSION
from tapdb_ctl.errors import Severity
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.indexes import indexes
from tapdb_ctl.manifest.models.database import Embedded
from tapdb_ctl.manifest.policies import policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry
    from tapdb_ctl.manifest.extending import Extended
    from tapdb_ctl.manifest.models.environment import Environment

_AUDIT = Address("identity", "audit_log")


class Owned(NamedTuple):
    """A catalogue's name and the templates that it declares."""

    name: str
    entries: Sequence[Entry]


def compiled(environment: Environment, source: Extended, catalogs: Sequence[Owned]) -> Desired:
    """The desired state of a valid environment, sorted by address."""
    entries = [entry for catalog in catalogs for entry in catalog.entries]
    resources = [*_foundation(environment), *_prefixes(entries), *_templates(catalogs)]
    resources += [index for catalog in catalogs for index in indexes(catalog.entries, catalog.name)]
    return Desired(
        environment.name,
        {resource.address: resource for resource in sorted(resources, key=lambda resource: resource.address)},
        {catalog.name: catalog.prune for catalog in environment.spec.catalogs if catalog.name is not None},
        environment.spec.protect,
        tuple(_unreconciled(environment, source)),
        environment.target,
        dict(_roles(environment, source)),
        imports=environment.spec.imports,
        policy=policy(environment),
    )


def _foundation(environment: Environment) -> Iterator[Resource]:
    """Server, database, schema and identity prefixes: what every environment has."""
    database = Address("database", environment.database.name)
    server: tuple[Address, ...] = ()
    if isinstance(environment.database, Embedded):
        server = (Address("server", environment.name),)
        yield Resource(server[0], {"major": environment.database.version})
    yield Resource(database, {"encoding": "UTF8"}, server)
    yield Resource(BASELINE, {"version": VERSION}, (database,))
    identity = environment.spec.identity
    for entity, prefix in (("audit_log", identity.audit_log), ("tapdb_user", identity.tapdb_user)):
        yield Resource(Address("identity", entity), {"prefix": prefix}, (BASELINE,))


def _prefixes(entries: Iterable[Entry]) -> Iterator[Resource]:
    for prefix in {entry.template.instance_prefix for entry in entries}:
        yield Resource(Address("prefix", prefix), {"sequence": f"{prefix.lower()}_instance_seq"}, (BASELINE,))


def _templates(catalogs: Iterable[Owned]) -> Iterator[Resource]:
    needs = {}
    for catalog in catalogs:
        for entry in catalog.entries:
            prefix = entry.template.instance_prefix
            if prefix not in needs:
                needs[prefix] = (Address("prefix", prefix), _AUDIT, BASELINE)
            yield _template(entry, needs[prefix], catalog.name)


def _template(entry: Entry, needs: tuple[Address, ...], owner: str) -> Resource:
    """The columns of generic_template that a pack decides; `lifecycle` and `indexes` are not among them."""
    template = entry.template
    attributes = {
        "name": template.name,
        "polymorphic_discriminator": template.polymorphic_discriminator,
        "instance_prefix": template.instance_prefix,
        "instance_polymorphic_identity": template.instance_polymorphic_identity,
        "is_singleton": template.is_singleton,
        "bstatus": template.bstatus,
        "json_addl": entry.json_addl,
        "json_addl_schema": template.json_addl_schema,
        "is_deleted": False,
    }
    former = template.lifecycle.renamed_from
    return Resource(
        Address("template", entry.code),
        attributes,
        needs,
        owner,
        template.lifecycle.prevent_destroy,
        entry.origin(),
        renamed_from=Address("template", former.removesuffix("/")) if former else None,
    )


def _roles(environment: Environment, source: Extended) -> Iterator[tuple[str, Role]]:
    if roles := environment.spec.roles:
        for kind, names in (("application", roles.application), ("read_only", roles.read_only)):
            for index, name in enumerate(names):
                yield name, Role(kind, source.origin(("spec", "roles", kind, index)))


def _unreconciled(environment: Environment, source: Extended) -> Iterator[Finding]:
    for name in ("stack", "cognito"):
        if getattr(environment.spec, name) is not None:
            yield finding("ENV015", f"spec.{name}", severity=Severity.WARNING, origin=source.origin(("spec", name)))
