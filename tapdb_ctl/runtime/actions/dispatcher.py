"""ActionDispatcher: executes actions on instances, as often and as whole as their definitions say."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.actions import actors, recording, tracking
from tapdb_ctl.runtime.actions.core import CoreActions
from tapdb_ctl.runtime.actions.executing import error, executed
from tapdb_ctl.runtime.actions.recording import Execution
from tapdb_ctl.runtime.actions.rules import Offer, refusal

if TYPE_CHECKING:
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
        action_ds: Mapping[str, Any] | None = None,
        captured_data: Mapping[str, Any] | None = None,
        create_action_record: bool = True,
        user: str | None = None,
    ) -> Result:
        """Execute an action on an instance, which nobody else changes until the transaction ends.

        `action_ds` is its definition, by default the one that the instance offers. What is refused gives an error, and
        leaves no trace: among it captured data that no record could hold. What fails gives an error, and leaves its
        count and its record alone. `user` is recorded, and is whom the audit log names. Raises InvalidInputError where
        an action names no template of its records, and lets pass what is worth another transaction: deadlocks,
        serialization failures.
        """
        if (handler := getattr(self, f"do_action_{_named(action_key)}", None)) is None:
            return error(f"No handler for action: {action_key}")
        captured, given = _mapping("captured_data", captured_data), _mapping("action_ds", action_ds)
        try:
            recordable, definition, *_ = recording.plain([dict(captured), dict(given), action_group, user])
        except InvalidInputError as unstorable:
            return error(str(unstorable))
        tracking.keep(session)
        target = tracking.locked(session, instance)
        offer = _offer(target, action_group, action_key, None if action_ds is None else definition)
        if offer is None:
            return error(tracking.unoffered(target, action_group, action_key))
        given = deepcopy(offer.given) if action_ds is None else given
        template = recording.template_of(session, offer) if create_action_record else None
        if why := _refusal(target, offer, captured):
            return error(why)
        with actors.acting(session, user) as who:
            execution = Execution(action_group, offer, recordable, who, template, recording.now())
            return executed(session, target, execution, lambda current: handler(current, given, captured))


def _named(key: str) -> str:
    return key.replace("-", "_")


def _offer(target: generic_instance, group: str, key: str, given: Mapping[str, Any] | None) -> Offer | None:
    """The action under the key that the instance offers it by; None where neither it nor the caller describes it."""
    known = key if tracking.offered(target, group, key) else _named(key)
    stored = tracking.offered(target, group, known)
    if given is None:
        return Offer(known, stored, stored) if stored else None
    return Offer(known, stored, given)


def _mapping(name: str, given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidInputError.of("RUN087", "an action is described by keys and values", f"{name} is {given!r}")
    return given


def _refusal(target: generic_instance, offer: Offer, captured: Mapping[str, Any]) -> str | None:
    return f"{target.euid} is deleted" if target.is_deleted else refusal(offer, target.bstatus, captured)
