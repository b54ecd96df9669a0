"""The database itself: found, or created from template0 so that its encoding is UTF8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create
from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.core.step import Phase, Sql, Step, identifier
from tapdb_ctl.errors import DatabaseError, StalePlanError, TapdbError

if TYPE_CHECKING:
    from tapdb_ctl.providers.postgres.connector import Connector


_ALREADY_THERE = frozenset({"42P04", "23505"})
"""duplicate_database, or unique_violation when two sessions create it at the same moment."""


class DatabaseProvider:
    """Answers for `database.NAME`; creating it is a step of its own, since no transaction can hold it."""

    types = frozenset({"database"})

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    def completed(self, desired: Desired) -> Desired:
        """A database implies nothing."""
        return desired

    def inspect(self, desired: Desired) -> Live:
        """The declared database, if it is there."""
        session = self._connector.existing()
        wanted = [r for address, r in desired.resources.items() if address.type in self.types]
        if session is None or not wanted:
            return Live()
        with session.reading() as facts:
            found = Resource(wanted[0].address, {"encoding": facts.encoding})
        return Live({found.address: found}, {found.address: found.digest})

    def steps(self, change: Change) -> tuple[Step, ...]:
        """CREATE DATABASE; tapdb never alters or drops one by plan."""
        if not isinstance(change, Create):
            raise TapdbError.of("PG021", "tapdb does not alter databases", str(change.address), "create a new one")
        name = change.address.name
        sql = f"CREATE DATABASE {identifier(name)} ENCODING 'UTF8' TEMPLATE template0"
        reverse = f"DROP DATABASE {identifier(name)}"
        return (Step(f"create database {name}", Sql(sql), Phase.DATABASE, reverse=reverse),)

    def perform(self, step: Step) -> None:
        """Create it; raises DatabaseError when the role may not."""
        assert isinstance(step.act, Sql)
        session = self._connector.maintenance()
        try:
            session.outside_transaction(step.act.text)
        except DatabaseError as error:
            if error.sqlstate not in _ALREADY_THERE:
                raise
            raise StalePlanError.of(
                "PLN030",
                "Saved plan is stale",
                f"somebody else has just created it: {step.title}",
                "run `tapdb plan` again and review the difference",
            ) from error
        finally:
            session.close()
