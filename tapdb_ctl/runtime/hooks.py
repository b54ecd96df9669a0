"""Lifecycle hooks: an application's own functions, called inside the transaction of what they watch."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

When: TypeAlias = Literal["before", "after"]
Event: TypeAlias = Literal["create", "update", "delete", "link"]

_Hook = TypeVar("_Hook", bound="Callable[[Session, Any], object]")


class Hooks:
    """What is called before and after instances are created, updated or deleted, and linked.

    A hook takes the session and the instance, or the edge for `link`. What it raises ends the operation, and whoever
    holds the transaction rolls it back. A hook before sees the object as it is about to be written and may change it;
    a hook after sees it with its EUID.
    """

    def __init__(self) -> None:
        self._hooks: defaultdict[tuple[When, Event], list[Callable[[Session, Any], object]]] = defaultdict(list)

    def on(self, when: When, event: Event) -> Callable[[_Hook], _Hook]:
        """A decorator: `@db.hooks.on("before", "create")`. Hooks run in the order in which they were added."""

        def register(hook: _Hook) -> _Hook:
            self._hooks[when, event].append(hook)
            return hook

        return register

    def watch(self, event: Event) -> bool:
        """Whether there is any hook for this event; bulk work takes a shorter way where there is none."""
        return bool(self._hooks.get(("before", event)) or self._hooks.get(("after", event)))

    def call(self, when: When, event: Event, session: Session, subject: object) -> None:
        """Call the hooks of this moment."""
        for hook in self._hooks.get((when, event), ()):
            hook(session, subject)
