"""ActionDispatcher: executes actions on instances, as often and as whole as their definitions say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapdb_ctl.runtime.actions import actors, recording, tracking
from tapdb_ctl.runtime.actions.core import CoreActions
from tapdb_ctl.runtime.actions.executing import error, executed
from tapdb_ctl.runtime.actions.recording import Execution
from tapdb_ctl.runtime.actions.rules import Offer, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.actions.executing import Result
    from tapdb_ctl.runtime.models import generic_instance
    from tapdb_ctl.runtime.refs import Ref


class ActionDispatcher(CoreActions):
    """Finds the handler of an action, `do_action_KEY(instance, action_ds, captured_data)`, and runs it.

    Subclass it with handlers of your own; those of the core actions are there and may be replaced.
    """

    @property
    def user(self) -> str | None:
        """Inside a handler: who executes the action."""
        return actors.current.get()

    def execute_action(  # noqa: PLR0913, PLR0917 - the documented parameters
        self,
        session: Session,
        instance: Ref,
        action_group: str,
        action_key: str,
        action_ds: Mapping[str, Any],
        captured_data: Mapping[str, Any] | None = None,
        create_action_record: bool = True,
        user: str | None = None,
    ) -> Result:
        """Execute an action on an instance, which nobody else changes until the transaction ends.

        What is refused gives an error, and leaves no trace. What fails gives an error, and leaves its count and its
        record alone. `user` is recorded, and is whom the audit log names. Raises InvalidInputError where a record
        could not be made, and lets pass what is worth another transaction: deadlocks, serialization failures.
        """
        name = action_key.replace("-", "_")
        if (handler := getattr(self, f"do_action_{name}", None)) is None:
            return error(f"No handler for action: {action_key}")
        captured = captured_data or {}
        recordable = recording.plain(captured)
        target = tracking.locked(session, instance)
        key = action_key if tracking.offered(target, action_group, action_key) else name
        offer = Offer(key, tracking.offered(target, action_group, key), action_ds)
        template = recording.template_of(session, offer) if create_action_record else None
        if why := _refusal(target, offer, captured):
            return error(why)
        with actors.acting(session, user) as who:
            execution = Execution(action_group, offer, recordable, who, template, recording.now())
            return executed(session, target, execution, lambda current: handler(current, action_ds, captured))


def _refusal(target: generic_instance, offer: Offer, captured: Mapping[str, Any]) -> str | None:
    return f"{target.euid} is deleted" if target.is_deleted else refusal(offer, target.bstatus, captured)
