"""One execution: its handler in a savepoint, then its count and its record."""

from __future__ import annotations

import logging
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.exc import StatementError

from tapdb_ctl.errors import InvalidInputError, TapdbError
from tapdb_ctl.runtime.actions import tracking
from tapdb_ctl.runtime.actions.recording import failed, record
from tapdb_ctl.runtime.connections.transient import transient

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.actions.recording import Execution
    from tapdb_ctl.runtime.models import generic_instance

Result: TypeAlias = dict[str, Any]
"""`status` is "success" or "error", `message` is for people; handlers may add to it."""

_logger = logging.getLogger(__name__)


class _FailedError(Exception):
    """A handler said that it failed; what it said."""

    def __init__(self, result: Result) -> None:
        super().__init__(result)
        self.result = result


def executed(
    session: Session, target: generic_instance, execution: Execution, handle: Callable[[generic_instance], object]
) -> Result:
    """The handler's result, counted and recorded; of a failure nothing else stays. Raises what is worth a retry."""
    uuid, transaction = target.uuid, session.get_transaction()
    try:
        return _done(session, target, execution, handle)
    except Exception as why:
        if transient(why):
            raise
        if session.get_transaction() is not transaction:
            raise InvalidInputError.of(
                "RUN085", "a handler ended the transaction that it ran in", execution.offer.key
            ) from why
        result = _failure(why, execution.offer.key)
    session.expire_all()  # what the handler changed in place, in whichever object, would still be there
    target = tracking.locked(session, uuid)
    tracking.count(target, execution.group, execution.offer, execution.moment, failed=True)
    failed(session, target, execution, result)
    return result


def _done(
    session: Session, target: generic_instance, execution: Execution, handle: Callable[[generic_instance], object]
) -> Result:
    uuid = target.uuid
    with session.begin_nested():
        with tracking.handled(target):
            result, status = _judged(handle(target))
        target = tracking.survivor(session, target, uuid)
        tracking.count(target, execution.group, execution.offer, execution.moment)
        record(session, target, execution, result, status)
        session.flush()
    return result


def _judged(told: object) -> tuple[Result, str]:
    """A result that is no failure, and the status of its record; an application's own status is taken as it is."""
    if iscoroutine(told):
        told.close()  # nothing of it has run
        raise _FailedError(error("the handler is an async def and nobody would await it: make it a plain def"))
    if not isinstance(told, dict) or not isinstance(told.get("status"), str):
        raise _FailedError(error("the handler gave no result with a status"))
    if told["status"] == "error":
        raise _FailedError(told)
    return told, "completed" if told["status"] == "success" else told["status"]


def error(message: str) -> Result:
    """The result of what failed or was refused."""
    return {"status": "error", "message": message}


def _failure(why: Exception, key: str) -> Result:
    if isinstance(why, _FailedError):
        return why.result
    message = str(why) or type(why).__name__
    if isinstance(why, TapdbError):
        return error(message)
    if isinstance(why, StatementError):  # its text holds the statement with its values
        why.hide_parameters = True
        message = (str(why.orig).splitlines() or [type(why).__name__])[0]
    _logger.error("Action %s failed", key, exc_info=why)
    return error(message)
