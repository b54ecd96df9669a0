"""Desired states made by hand, and a database to plan and apply them on, without files or processes."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import psycopg2

from tapdb_ctl import properties
from tapdb_ctl.assets import asset
from tapdb_ctl.core import jsonvalue, schema
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.document import from_document, to_document
from tapdb_ctl.core.report import Entry
from tapdb_ctl.core.resource import Desired, Resource
from tapdb_ctl.core.step import Phase
from tapdb_ctl.engine import adopting, applying, planning
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.manifest.indexes import wanted
from tapdb_ctl.properties import PropertyIndex
from tapdb_ctl.providers.postgres.connector import Connector
from tapdb_ctl.providers.postgres.creation import DatabaseProvider
from tapdb_ctl.providers.postgres.provider import PostgresProvider
from tapdb_ctl.providers.postgres.schema.shipped import Shipped
from tapdb_ctl.providers.postgres.target import Settings, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pg_servers import Server
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.report import Report
    from tapdb_ctl.properties import ValueType

AUDIT = Address("identity", "audit_log")


def quiet(_: int) -> None:
    """A progress callback for tests that look elsewhere."""


def template(
    code: str, *, owner: str = "lab", prefix: str = "CX", protected: bool | None = None, **changed: Any
) -> Resource:
    """A wanted template; `changed` replaces attributes."""
    attributes = {
        "name": code.rsplit("/", 2)[1],
        "polymorphic_discriminator": "container_template",
        "instance_prefix": prefix,
        "instance_polymorphic_identity": None,
        "is_singleton": False,
        "bstatus": "active",
        "json_addl": {"properties": {"volume": 1}},
        "json_addl_schema": None,
        "is_deleted": False,
    }
    needs = (schema.BASELINE, Address("prefix", prefix), AUDIT)
    return Resource(Address("template", code), attributes | changed, needs, owner, protected)


def tubes(count: int, **changed: Any) -> list[Resource]:
    return [template(f"container/tube/t{number}/1.0", **changed) for number in range(count)]


def indexed(code: str, path: str, read_as: ValueType = "text", *, unique: bool = False, owner: str = "lab") -> Resource:
    """A wanted property index."""
    return wanted(PropertyIndex(code, properties.path(path), read_as, unique), owner)


def environment(
    *templates: Resource,
    indexes: Iterable[Resource] = (),
    database: str = "",
    prune: bool = True,
    protect: bool = False,
    name: str = "dev",
) -> Desired:
    """An environment that wants these templates and indexes, and what they stand on."""
    base = [Resource(Address("database", database), {"encoding": "UTF8"})] if database else []
    needs = tuple(r.address for r in base)
    base.append(Resource(schema.BASELINE, {"version": schema.VERSION}, needs))
    base += [
        Resource(Address("identity", entity), {"prefix": prefix}, (schema.BASELINE,))
        for entity, prefix in (("audit_log", "TAD"), ("tapdb_user", "TSR"))
    ]
    for prefix in sorted({str(t.attributes["instance_prefix"]) for t in templates}):
        base.append(
            Resource(Address("prefix", prefix), {"sequence": f"{prefix.lower()}_instance_seq"}, (schema.BASELINE,))
        )
    catalogs = dict.fromkeys(sorted({t.owner or "" for t in templates} or {"lab"}), prune)
    return Desired(name, {r.address: r for r in (*base, *templates, *indexes)}, catalogs, protect)


@dataclass
class World:
    """One database of a real server, planned and applied on through the real providers."""

    server: Server
    database: str
    port: int = 0
    settings: Settings = field(default_factory=lambda: Settings(lock_wait=5))

    @contextmanager
    def providers(self) -> Iterator[tuple[DatabaseProvider, PostgresProvider]]:
        s = self.server
        target = Target(s.host, self.port or s.port, s.user, self.database, s.password)
        connector = Connector(lambda: target, self.settings)
        shipped = Shipped.read(asset("schema"))
        with closing(connector):
            yield DatabaseProvider(connector), PostgresProvider(connector, shipped, "dev")

    def plan(self, desired: Desired, scope: Scope | None = None) -> Plan:
        with self.providers() as providers:
            return planning.plan(desired, providers, scope or Scope(), providers[1])

    def adoption(self, desired: Desired, *patterns: str) -> Plan:
        with self.providers() as providers:
            return adopting.plan(desired, providers, patterns, providers[1])

    def reread(self, plan: Plan) -> Plan:
        """The plan as a file brings it back."""
        document = to_document(plan, tapdb_version="0", timestamp="2026-01-01T00:00:00+00:00")
        read, _ = from_document(jsonvalue.parse(jsonvalue.compact(document)))
        with self.providers() as providers:
            return replace(read, changes=planning.planned((p.change for p in read.changes), providers))

    def apply(self, plan: Plan, *destroy: str, progress: Callable[[int], None] = quiet) -> Report:
        with self.providers() as (database, postgres):
            live = applying.World({Phase.DATABASE: database}, postgres)
            consent = applying.Consent(frozenset(destroy))
            return applying.apply(plan, live, consent, Entry("tester", "0"), progress)

    def converge(self, desired: Desired, *destroy: str) -> Report:
        return self.apply(self.plan(desired), *destroy)

    def with_port(self, port: int) -> World:
        return replace(self, port=port)

    @contextmanager
    def connection(self) -> Iterator[Any]:
        """A session of somebody else's."""
        with closing(psycopg2.connect(self.server.dsn(self.database))) as connection:
            yield connection

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What somebody does by hand, committed."""
        with self.connection() as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement: str, *values: Any) -> Any:
        return self.sql(statement, *values)[0][0]
