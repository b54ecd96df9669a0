"""Lifecycle hooks: an application's own functions, called inside the transaction of what they watch."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from sqlalchemy.exc import IllegalStateChangeError

from tapdb_ctl.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage

When: TypeAlias = Literal["before", "after"]
Event: TypeAlias = Literal["create", "update", "delete", "link"]
Hook: TypeAlias = "Callable[[Session, Any], object]"

MOMENTS: tuple[When, ...] = ("before", "after")
EVENTS: tuple[Event, ...] = ("create", "update", "delete", "link")

_OfInstance = TypeVar("_OfInstance", bound="Callable[[Session, generic_instance], object]")
_OfEdge = TypeVar("_OfEdge", bound="Callable[[Session, generic_instance_lineage], object]")
_Hook = TypeVar("_Hook", bound="Hook")

_RUNNING = "tapdb.hooks"


class Hooks:
    """What is called before and after instances are created, updated or deleted, and linked.

    A hook takes the session and the instance, or the edge for `link`. One before sees the object as it is about to be
    written and may change it; one after sees it with its EUID. What a hook raises ends the operation, and nothing of
    that stays. A hook may write through the session; what it writes calls other hooks, but not itself again.
    docs/runtime/hooks.md tells the rest.
    """

    def __init__(self) -> None:
        self._hooks: defaultdict[tuple[When, Event], list[Hook]] = defaultdict(list)

    def on(self, when: When, event: Event) -> Callable[[_Hook], _Hook]:
        """A decorator: `@db.hooks.on("before", "create")`. Hooks run in the order in which they were added.

        Raises InvalidInputError for other moments, and the decorator TypeError for what cannot be called.
        """
        if when not in MOMENTS or event not in EVENTS:
            known = f"{' or '.join(MOMENTS)}, and {', '.join(EVENTS)}"
            raise InvalidInputError.of("RUN091", "nothing happens that a hook could watch", f"{when} {event}", known)

        def register(hook: _Hook) -> _Hook:
            if not callable(hook):
                raise TypeError(f"a hook is a function of a session and an object, not {hook!r}")
            self._hooks[when, event].append(hook)
            return hook

        return register

    def before_create(self, hook: _OfInstance) -> _OfInstance:
        """A decorator for what is called with each instance that is about to be written."""
        return self.on("before", "create")(hook)

    def after_create(self, hook: _OfInstance) -> _OfInstance:
        """A decorator for what is called with each new instance, its edges included."""
        return self.on("after", "create")(hook)

    def before_update(self, hook: _OfInstance) -> _OfInstance:
        """A decorator for what is called with each changed instance."""
        return self.on("before", "update")(hook)

    def after_update(self, hook: _OfInstance) -> _OfInstance:
        """A decorator for what is called with each instance whose change is written."""
        return self.on("after", "update")(hook)

    def before_delete(self, hook: _OfInstance) -> _OfInstance:
        """A decorator for what is called with each instance that is about to be deleted."""
        return self.on("before", "delete")(hook)

    def after_delete(self, hook: _OfInstance) -> _OfInstance:
        """A decorator for what is called with each deleted instance."""
        return self.on("after", "delete")(hook)

    def before_link(self, hook: _OfEdge) -> _OfEdge:
        """A decorator for what is called with each edge that is about to be written."""
        return self.on("before", "link")(hook)

    def after_link(self, hook: _OfEdge) -> _OfEdge:
        """A decorator for what is called with each new edge."""
        return self.on("after", "link")(hook)

    def watch(self, event: Event) -> bool:
        """Whether there is any hook for this event; bulk work takes a shorter way where there is none."""
        return bool(self._hooks.get(("before", event)) or self._hooks.get(("after", event)))

    def of(self, when: When, event: Event) -> Collection[Hook]:
        """The hooks of this moment."""
        return tuple(self._hooks.get((when, event), ()))

    def call(self, when: When, event: Event, session: Session, subject: object) -> None:
        """Call the hooks of this moment."""
        for hook in self.of(when, event):
            run(session, hook, (subject,))


def run(session: Session, hook: Hook, subjects: Iterable[object]) -> None:
    """Call a hook, unless it is the hook's own doing that asks for it, and write what it left in the session."""
    running: list[Hook] = session.info.setdefault(_RUNNING, [])
    if hook in running:
        return
    running.append(hook)
    try:
        for subject in subjects:
            hook(session, subject)
        session.flush()
    finally:
        running.remove(hook)


UNDONE = "tapdb.undone"
"""Where a session's info says that its transaction was rolled back and nobody has acknowledged it."""


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Roll back the transaction, or the savepoint, in which a hook raises after something is written.

    Where that is while it is being committed, whoever commits it has to. A session that lost its transaction so has
    to be told to roll back before it goes on: what follows would be half of something.
    """
    transaction = session.get_nested_transaction() or session.get_transaction()
    try:
        yield
    except BaseException:
        if transaction and transaction.is_active:
            with suppress(IllegalStateChangeError):
                transaction.rollback()
                session.info[UNDONE] = transaction.parent is None
        raise
