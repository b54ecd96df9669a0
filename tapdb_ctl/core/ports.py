"""What the engine asks of the live world. Each port has its real adapters in `providers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.attribution import Past
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.history import Memory, Record
    from tapdb_ctl.core.impact import Impact
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.report import Entry
    from tapdb_ctl.core.resource import Desired, Live
    from tapdb_ctl.core.step import Step


class Provider(Protocol):
    """Reads and plans resources of the address types in `types`."""

    types: frozenset[str]

    def completed(self, desired: Desired) -> Desired:
        """`desired` with what it implies and nobody declares, such as the tables that templates stand in. Pure."""

    def inspect(self, desired: Desired) -> Live:
        """Everything of these types that is wanted, or owned by the environment, and exists.

        Writes nothing. Takes a number of round trips that does not depend on how many resources there are.
        """

    def steps(self, change: Change) -> tuple[Step, ...]:
        """The acts that make one change. Pure: the same change gives the same steps, live or replayed.

        Raises UnrepairableError for a change that is seen and cannot be made.
        """


class Witness(Protocol):
    """Knows what changes mean to what lives in the database. Writes nothing; a fixed number of round trips each."""

    def moment(self) -> AbstractContextManager[None]:
        """What is read inside the block, by whatever provider of the database, is read as of one moment."""

    def impacts(self, changes: Sequence[Change]) -> Mapping[Address, Impact]:
        """Whom each change of a template touches; counting ends after a time limit, and says so."""

    def unowned(self) -> Sequence[Address]:
        """The live templates that no catalogue owns, sorted."""

    def pasts(self, changes: Sequence[Change]) -> Mapping[Address, Past]:
        """What the last apply left of each of these, and who changed the row since; nothing where it cannot tell."""


class Archive(Protocol):
    """Reads the ledger. Writes nothing; a fixed number of round trips each, however long it is."""

    def records(self, pattern: str | None, limit: int | None) -> Sequence[Record]:
        """The last entries, newest first; with a pattern as `--target` takes it, those that changed what it means."""

    def entry(self, number: int) -> tuple[Record, Sequence[Change]]:
        """One entry with its changes in their order; raises TapdbError when there is none of this number."""

    def memory(self, moment: int | datetime) -> Memory:
        """What the ledger tells of the moment after an entry, or of a time."""


class Direct(Provider, Protocol):
    """A provider whose steps take effect one by one and cannot be rolled back."""

    def perform(self, step: Step) -> None:
        """Do it, or raise a TapdbError that says what is in place."""


class Database(Direct, Witness, Protocol):
    """The provider whose steps happen in one transaction, or not at all; what cannot be in one is performed after."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A writing transaction that is rolled back unless it was committed inside the block."""


class Transaction(Protocol):
    """One apply, all of it or nothing."""

    def lock(self, steps: Iterable[Step], *, keep: bool) -> None:
        """Exclude other applies and writers of templates, and take every table lock that `steps` will need.

        Instances go on being created, except while their own table is repaired. `keep` excludes other applies past
        the commit, until the session ends, for what follows the transaction.

        Raises LockTimeoutError, naming who holds the lock, after `--lock-timeout`.
        """

    def inspect(self, desired: Desired) -> Live:
        """The same reading as the provider's, of the state inside this transaction."""

    def perform(self, steps: Iterable[Step], progress: Callable[[int], None]) -> None:
        """Run the steps in order, telling how many more are done; raises StalePlanError when rows moved."""

    def record(self, plan: Plan, entry: Entry) -> int:
        """Write ledger and ownership, move the catalogue revision; returns the ledger entry's number."""

    def commit(self) -> None:
        """Commit; a lost reply is resolved by asking the server, else InDoubtError."""
