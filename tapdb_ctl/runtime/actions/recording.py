"""Action records: one instance for each execution, with an edge to what it acted on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime import refs, storable, writing
from tapdb_ctl.runtime.models.instance import action_instance
from tapdb_ctl.runtime.session import context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.actions.rules import Offer
    from tapdb_ctl.runtime.models import generic_instance

ACTED_ON = "acted_on"
"""The relationship from a record, its parent, to the instance: nothing leads to a new record, so no cycle arises."""


@dataclass(frozen=True, slots=True)
class Execution:
    """What a record says beside the result; `template` is None where no record is wanted."""

    group: str
    offer: Offer
    captured: Any
    user: str | None
    template: int | None
    moment: datetime


def template_of(session: Session, offer: Offer) -> int:
    """The uuid of the template that the action's records are made from; raises InvalidInputError without one."""
    for said in (offer.given, offer.stored):
        if (uuid := said.get("action_template_uuid")) is not None:
            return _of_uuid(session, offer.key, uuid)
        if code := said.get("action_template_code"):
            return _of_code(session, offer.key, code)
    raise _unnamed(f"{offer.key}: there is neither action_template_uuid nor action_template_code")


def _of_uuid(session: Session, key: str, named: object) -> int:
    try:
        uuid = int(str(named))
    except ValueError:
        raise _unnamed(f"{key}: action_template_uuid is {named!r}") from None
    if not context(session).catalog.of_uuids(session, [uuid]):
        raise _gone(f"{key}: {uuid}")
    return uuid


def _of_code(session: Session, key: str, code: object) -> int:
    try:
        return context(session).catalog.blueprint(session, str(code)).uuid
    except (InvalidInputError, NotFoundError):
        raise _gone(f"{key}: {code}") from None


def _unnamed(detail: str) -> InvalidInputError:
    hint = "leave action_ds out for what the instance offers, or give create_action_record=False"
    return InvalidInputError.of("RUN080", "an action does not name the template of its records", detail, hint)


def _gone(detail: str) -> InvalidInputError:
    return InvalidInputError.of("RUN081", "the template of an action's records is not there", detail)


def failed(session: Session, target: generic_instance, execution: Execution, result: Mapping[str, Any]) -> None:
    """Write the record of a failure; what no record can hold of its result is told in other words."""
    try:
        told = plain(result)
    except InvalidInputError:
        message = str(result.get("message", "")).replace("\0", "\\x00").encode(errors="backslashreplace").decode()
        told = {"status": "error", "message": message}
    record(session, target, execution, told, "failed")


def record(session: Session, target: generic_instance, execution: Execution, result: object, status: str) -> None:
    """Write the record, under the type codes that TAPDB gives it, and its edge, whatever templates expect.

    Raises InvalidInputError for a result that it cannot hold.
    """
    if execution.template is None:
        return
    made = action_instance(
        name=f"{execution.offer.key}@{target.euid}",
        polymorphic_discriminator="action_instance",
        category="action",
        type="action",
        subtype=execution.offer.key,
        version="1.0",
        template_uuid=execution.template,
        json_addl=_told(target, execution, result),
        bstatus=status,
        is_singleton=False,
    )
    session.add(made)
    session.flush()
    source, goal = refs.named(session, [made, target])
    writing.insert_edges(session, [writing.Edge(source, goal, ACTED_ON)])


def _told(target: generic_instance, execution: Execution, result: object) -> dict[str, Any]:
    return {
        "target_instance_uuid": target.uuid,
        "target_instance_euid": target.euid,
        "action_group": execution.group,
        "action_key": execution.offer.key,
        "action_definition": execution.offer.given,
        "captured_data": execution.captured,
        "result": plain(result),
        "executed_by": execution.user,
        "executed_at": execution.moment.isoformat(),
    }


def now() -> datetime:
    """The time of an execution."""
    return datetime.now(UTC)


def plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    """The value as JSON holds it, dates, decimals and the like as text; raises InvalidInputError where it cannot."""
    try:
        return json.loads(storable.document(value, default=str))
    except ValueError as error:
        raise InvalidInputError.of("RUN082", "an action's record cannot hold this", str(error)) from error
