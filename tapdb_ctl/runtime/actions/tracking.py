"""What an instance knows of its actions: which it offers, and how often each was executed."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from tapdb_ctl.errors import Finding, NotFoundError
from tapdb_ctl.runtime import refs
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.session import writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.actions.rules import Offer
    from tapdb_ctl.runtime.models.base import Document
    from tapdb_ctl.runtime.refs import Ref

_handled: ContextVar[tuple[tuple[generic_instance, Document], ...]] = ContextVar("handled", default=())
"""The instances whose handlers run, one inside the other, with their documents as they were."""


def locked(session: Session, ref: Ref) -> generic_instance:
    """The instance as it is now, and as nobody else changes it until the transaction ends.

    Edges to it may be made meanwhile. Raises NotFoundError where it is not there.
    """
    session.flush()
    writing(session)
    (uuid,) = refs.uuids(session, [ref])
    query = select(generic_instance).where(generic_instance.uuid == uuid).with_for_update(key_share=True)
    found = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFoundError(Finding("RUN002", "there is no such instance", str(ref)))
    return found


@contextmanager
def handled(instance: generic_instance) -> Iterator[None]:
    """Meanwhile a handler may change the instance's document in place."""
    known = _handled.set((*_handled.get(), (instance, deepcopy(instance.json_addl))))
    try:
        yield
    finally:
        _handled.reset(known)


def keep(session: Session) -> None:
    """Have the next flush write what handlers have changed in place: an action within theirs reads everything anew."""
    for instance, before in _handled.get():
        if instance in session and instance.json_addl != before:
            flag_modified(instance, "json_addl")


def offered(instance: generic_instance, group: str, key: str) -> dict[str, Any]:
    """The action as the instance offers it; empty where it does not."""
    entry = ((instance.json_addl.get("action_groups") or {}).get(group) or {}).get(key)
    return entry if isinstance(entry, dict) else {}


def unoffered(instance: generic_instance, group: str, key: str) -> str:
    """What to say of an action that the instance does not offer."""
    groups = {name: of for name, of in (instance.json_addl.get("action_groups") or {}).items() if isinstance(of, dict)}
    known = ", ".join(f"{name}/{each}" for name, actions in groups.items() for each in actions)
    return f"{instance.euid} does not offer {group}/{key}; it offers {known or 'no actions'}"


def survivor(session: Session, instance: generic_instance, uuid: int) -> generic_instance:
    """The instance after its handler; one that was deleted through the session has left it, and is read again."""
    if instance in session.deleted:
        session.flush()
    return instance if instance in session else locked(session, uuid)


def count(instance: generic_instance, group: str, offer: Offer, moment: datetime, *, failed: bool = False) -> None:
    """Count one execution, and write also what the handler changed inside json_addl without saying so.

    What the instance does not offer is counted only where it is limited; it is offered then.
    """
    document = instance.json_addl
    flag_modified(instance, "json_addl")
    entry = offered(instance, group, offer.key)
    if not entry and offer.limit is None:
        return
    groups = document.get("action_groups") or {}
    counts = _counts(entry, moment, failed=failed)
    actions = {**(groups.get(group) or {}), offer.key: {**(entry or offer.given), **counts}}
    instance.json_addl = {**document, "action_groups": {**groups, group: actions}}


def _counts(entry: Mapping[str, Any], moment: datetime, *, failed: bool) -> dict[str, Any]:
    """The counts after one more execution; `action_failed` is there from the first failure on."""
    failures = int(entry.get("action_failed") or 0) + failed
    return {
        "action_executed": str(int(entry.get("action_executed") or 0) + 1),
        "executed_datetime": [*(entry.get("executed_datetime") or ()), moment.isoformat()],
        **({"action_failed": str(failures)} if failures else {}),
    }
