"""The port `Database` on a real PostgreSQL: schema, prefixes and templates in one transaction."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tapdb_ctl.core.resource import Desired, Live
from tapdb_ctl.providers.postgres.prefixes import steps as prefixes
from tapdb_ctl.providers.postgres.reading import read
from tapdb_ctl.providers.postgres.schema import steps as schema
from tapdb_ctl.providers.postgres.templates import steps as templates
from tapdb_ctl.providers.postgres.transaction import PostgresTransaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.step import Step
    from tapdb_ctl.providers.postgres.connector import Connector


class PostgresProvider:
    """Answers for the managed schema and everything in it.

    `files` are the SQL files of schema/ by name; `environment` is whose database a new schema becomes.
    """

    types = frozenset({"schema", "identity", "prefix", "template"})

    def __init__(self, connector: Connector, files: Mapping[str, str], environment: str) -> None:
        self._connector = connector
        self._files = files
        self._environment = environment

    def inspect(self, desired: Desired) -> Live:
        """Live state in one read-only transaction; empty while there is no database."""
        session = self._connector.existing()
        if session is None:
            return Live()
        with session.reading() as facts:
            return read(session, facts, desired)

    def steps(self, change: Change) -> tuple[Step, ...]:
        """What `transaction` will run for one change."""
        match change.address.type:
            case "template":
                return templates.steps(change)
            case "prefix" | "identity":
                return prefixes.steps(change)
            case _:
                name = self._connector.settings.schema
                return schema.steps(change, self._files, self._digest(), name, self._environment)

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """A writing transaction, rolled back unless it was committed."""
        session = self._connector.session()
        with session.writing() as facts:
            yield PostgresTransaction(self._connector, session, facts)

    def _digest(self) -> str:
        content = "\0".join(f"{name}\0{sql}" for name, sql in sorted(self._files.items()))
        return hashlib.sha256(content.encode()).hexdigest()
