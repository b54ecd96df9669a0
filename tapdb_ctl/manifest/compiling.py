"""A validated environment and its templates to the desired state, in the plan's own words."""

from __future__ import annotations

from functools import cache
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
    numbered = {entry.template.instance_prefix for entry in entries}
    resources = [*_foundation(environment), *map(prefix, numbered), *_templates(catalogs)]
    resources += [index for catalog in catalogs for index in indexes(catalog.entries, catalog.name)]
    return Desired(
        environment.name,
        {resource.address: resource for resource in sorted(resources, key=lambda resource: resource.address)},
        {catalog.name: catalog.prune for catalog in environment.spec.catalogs if catalog.name is not None},
        bool(environment.spec.protect),
        tuple(_unreconciled(environment, source)),
        environment.target,
        dict(_roles(environment, source)),
        imports=environment.spec.imports,
        policy=policy(environment),
    )


def _foundation(environment: Environment) -> Iterator[Resource]:
    """Server, database, schema, identity prefixes and protection: what belongs to the environment itself."""
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
    if (protect := environment.spec.protect) is not None:
        # A new database is not protected, so only `true` is a change of its own.
        within = None if protect else BASELINE
        yield Resource(Address("environment", environment.name), {"protect": protect}, (BASELINE,), within=within)


def prefix(name: str) -> Resource:
    """What numbers the instances of templates with this prefix."""
    return Resource(Address("prefix", name), {"sequence": f"{name.lower()}_instance_seq"}, (BASELINE,))


@cache
def needs(prefix: str) -> tuple[Address, ...]:
    """What a template with this prefix stands on."""
    return Address("prefix", prefix), _AUDIT, BASELINE


def _templates(catalogs: Iterable[Owned]) -> Iterator[Resource]:
    for catalog in catalogs:
        for entry in catalog.entries:
            yield _template(entry, catalog.name)


def _template(entry: Entry, owner: str) -> Resource:
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
        needs(template.instance_prefix),
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
