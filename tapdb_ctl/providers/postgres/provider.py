"""The port `Database` on a real PostgreSQL: schema, prefixes and templates in one transaction."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.resource import Desired, Live
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.providers.postgres import online, pasts
from tapdb_ctl.providers.postgres.impact import inspect as impact
from tapdb_ctl.providers.postgres.prefixes import steps as prefixes
from tapdb_ctl.providers.postgres.reading import read
from tapdb_ctl.providers.postgres.schema import building, grantees, migrations, protection, roles
from tapdb_ctl.providers.postgres.schema import steps as schema
from tapdb_ctl.providers.postgres.templates import inspect as templates_inspect
from tapdb_ctl.providers.postgres.templates import steps as templates
from tapdb_ctl.providers.postgres.transaction import PostgresTransaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.attribution import Past
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.impact import Impact
    from tapdb_ctl.core.step import Step
    from tapdb_ctl.providers.postgres.connector import Connector
    from tapdb_ctl.providers.postgres.schema.shipped import Shipped


class PostgresProvider:
    """Answers for the managed schema and everything in it.

    `shipped` is what schema/ holds; `environment` is whose database a new schema becomes.
    """

    types = frozenset({"schema", "environment", "identity", "prefix", "template"})

    def __init__(self, connector: Connector, shipped: Shipped, environment: str) -> None:
        self._connector = connector
        self._shipped = shipped
        self._environment = environment

    def completed(self, desired: Desired) -> Desired:
        """With the objects of the managed schema, made with it or repaired one by one, and what roles need of them."""
        resources = {**desired.resources, **self._shipped.resources}
        resources |= {grant.address: grant for grant in roles.grants(desired.roles, self._shipped.resources)}
        if baseline := resources.get(BASELINE):
            resources[BASELINE] = replace(baseline, needs=(*baseline.needs, *self._shipped.records))
        return replace(desired, resources=resources)

    def inspect(self, desired: Desired) -> Live:
        """Live state in one read-only transaction; empty while there is no database."""
        session = self._connector.existing()
        if session is None:
            return Live(findings=grantees.before_creation(self._connector, desired))
        with session.reading() as facts:
            unfit = Live(findings=grantees.findings(session, desired))
            return unfit.joined(read(session, facts, desired, self._shipped, advise=True))

    def steps(self, change: Change) -> tuple[Step, ...]:
        """What `transaction` will run for one change."""
        match change.address.type:
            case "template":
                return templates.steps(change)
            case "environment":
                return protection.steps(change)
            case "prefix" | "identity":
                return prefixes.steps(change)
            case _ if change.address == BASELINE:
                return building.steps(change, self._shipped, self._connector.settings.schema, self._environment)
            case _ if change.address.kind == "migration":
                return migrations.steps(change, self._shipped.migrations)
            case _:
                return schema.steps(change, self._connector.settings.schema)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """One read-only transaction for everything inside the block; none while there is no database."""
        session = self._connector.existing()
        with session.reading() if session else nullcontext():
            yield

    def impacts(self, changes: Sequence[Change]) -> Mapping[Address, Impact]:
        """Whom changes of templates touch, as far as it can be told in limited time."""
        return impact.inspect(self._connector, changes)

    def unowned(self) -> Sequence[Address]:
        """The live templates that no catalogue owns."""
        session = self._connector.existing()
        if session is None:
            return ()
        with session.reading() as facts:
            return templates_inspect.unowned(session, managed=facts.managed) if facts.populated else ()

    def pasts(self, changes: Sequence[Change]) -> Mapping[Address, Past]:
        """What was applied last, and who touched it since; nothing is asked when nothing changes."""
        session = self._connector.existing() if changes else None
        if session is None:
            return {}
        with session.reading() as facts:
            return pasts.pasts(session, changes, self._shipped) if facts.managed else {}

    def perform(self, step: Step) -> None:
        """Run a step that follows the transaction."""
        online.perform(self._connector.session(), step)

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """A writing transaction, rolled back unless it was committed."""
        session = self._connector.session()
        with session.writing() as facts:
            yield PostgresTransaction(self._connector, session, facts, self._shipped)
