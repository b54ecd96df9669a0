"""Changes: what has to happen to one resource, each kind its own type. Code `match`es on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.resource import Resource


REVIVED = "revived"
"""A retired template is declared again."""

RENAMED = "renamed"
"""It had another address, which `lifecycle.renamed_from` names."""

ADOPTED = "adopted"
"""Nobody owned it, and an import names it."""

MOVED = "moved"
"""Another catalogue of the same environment owned it and declares it no longer."""

TAKEN_OVER = "taken over"
"""A catalogue that is not declared here owned it, and `--force-conflicts` was given."""


@dataclass(frozen=True, slots=True)
class Create:
    """The resource does not exist and is to be made."""

    after: Resource
    reason: str | None = None
    actions: ClassVar[tuple[str, ...]] = ("create",)

    @property
    def address(self) -> Address:
        """What changes."""
        return self.after.address


@dataclass(frozen=True, slots=True)
class Update:
    """The resource exists and differs; it keeps its identity, even where it gets another address or owner."""

    before: Resource
    after: Resource
    reason: str | None = None
    actions: ClassVar[tuple[str, ...]] = ("update",)

    @property
    def address(self) -> Address:
        """What changes."""
        return self.after.address


@dataclass(frozen=True, slots=True)
class Replace:
    """The resource must be destroyed and made anew, because of the attributes at `paths`."""

    before: Resource
    after: Resource
    paths: tuple[str, ...] = ()
    actions: ClassVar[tuple[str, ...]] = ("delete", "create")

    @property
    def address(self) -> Address:
        """What changes."""
        return self.after.address


@dataclass(frozen=True, slots=True)
class Delete:
    """The resource is ours, is no longer declared, and goes; a template is retired, its row stays."""

    before: Resource
    reason: str | None = None
    actions: ClassVar[tuple[str, ...]] = ("delete",)

    @property
    def address(self) -> Address:
        """What changes."""
        return self.before.address


@dataclass(frozen=True, slots=True)
class Adopt:
    """The resource exists and becomes ours; nothing else changes."""

    before: Resource
    after: Resource
    reason: str | None = ADOPTED
    actions: ClassVar[tuple[str, ...]] = ("import",)

    @property
    def address(self) -> Address:
        """What changes."""
        return self.after.address


Change: TypeAlias = Create | Update | Replace | Delete | Adopt


def before(change: Change) -> Resource | None:
    """The resource as it was found, if it was."""
    return None if isinstance(change, Create) else change.before


def after(change: Change) -> Resource | None:
    """The resource as it will be, if it will be."""
    return None if isinstance(change, Delete) else change.after


def subject(change: Change) -> Resource:
    """The resource that the change is about: as it will be, or, when it goes, as it was."""
    return change.before if isinstance(change, Delete) else change.after


def reason(change: Change) -> str | None:
    """Why the change takes another way than usual, if it does."""
    return None if isinstance(change, Replace) else change.reason


def previous_address(change: Change) -> Address | None:
    """What the resource was called, if the change renames it."""
    was = before(change)
    return was.address if was and was.address != change.address else None


def previous_owner(change: Change) -> str | None:
    """The catalogue that loses the resource, if one does."""
    was, will_be = before(change), after(change)
    return was.owner if was and will_be and was.owner != will_be.owner else None


def is_import(change: Change) -> bool:
    """Whether something that was not this catalogue's becomes so, changed at the same time or not.

    What it retired itself belongs to nobody until it is declared again, and was its own.
    """
    if not isinstance(change, Update) or change.before.owner == change.after.owner:
        return isinstance(change, Adopt)
    return change.before.owner is not None or change.reason != REVIVED
