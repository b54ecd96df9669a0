"""Changes: what has to happen to one resource, each kind its own type. Code `match`es on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.resource import Resource


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
    """The resource exists and differs; it keeps its identity."""

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
    """The resource exists as declared and becomes ours; nothing else changes."""

    before: Resource
    after: Resource
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
    return change.reason if isinstance(change, Create | Update | Delete) else None
