"""Commits so that it is known how it ended, also when the server's reply is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tapdb_ctl.errors import InDoubtError, InvalidInputError, TapdbError
from tapdb_ctl.runtime.connections.transient import lost
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from tenacity import RetryCallState

    from tapdb_ctl.runtime.connections.retrying import RetryPolicy

_Result = TypeVar("_Result")

_BETWEEN_QUESTIONS = 0.2


def committed(session: Session, work: Callable[[], _Result], server: Engine, policy: RetryPolicy) -> _Result:
    """What `work` returns, once its transaction is committed.

    When the reply to COMMIT is lost, `server` is asked how it ended, as long as `policy` goes on. Raises the error that
    kept it from being committed, and InDoubtError when that stays unknown. `work` may have to be done again, so it must
    not commit: InvalidInputError.
    """
    event.listen(session, "before_commit", _refuse)
    result = work()
    session.flush()
    event.remove(session, "before_commit", _refuse)
    transaction = session.scalar(statement("transaction_id"))
    try:
        session.commit()
    except DBAPIError as error:
        if transaction is None or not lost(error) or _ended(transaction, server, policy, error) == "aborted":
            raise
    return result


def _refuse(session: Session) -> None:
    if not session.in_nested_transaction():
        raise InvalidInputError.of(
            "RUN047",
            "what may be done again must not commit",
            "the function that was given to run() committed by itself",
            "leave that to run(), or use session_scope()",
        )


def _ended(transaction: str, server: Engine, policy: RetryPolicy, error: DBAPIError) -> str:
    """How the transaction ended; waits for a server that restarts, or has not missed its client yet.

    https://www.postgresql.org/docs/current/functions-info.html: pg_xact_status.
    """
    from tenacity import Retrying, retry_if_exception_type, retry_if_result, stop_after_delay, wait_fixed  # noqa: PLC0415 - rarely needed

    asking = Retrying(
        retry=retry_if_exception_type((SQLAlchemyError, TapdbError))
        | retry_if_result(lambda status: status == "in progress"),
        stop=stop_after_delay(policy.within),
        wait=wait_fixed(_BETWEEN_QUESTIONS),
        sleep=policy.sleep,
        retry_error_callback=_last_answer,
    )
    if (status := asking(_ask, server, transaction)) in ("committed", "aborted"):
        return status
    raise InDoubtError.of(
        "RUN048",
        "the connection was lost while committing",
        f"transaction {transaction} is {status}",
        f"when the server answers again: SELECT pg_xact_status('{transaction}')",
    ) from error


def _ask(server: Engine, transaction: str) -> str:
    with server.connect() as connection:
        return connection.scalar(statement("transaction_status"), {"id": transaction}) or "too old to be known"


def _last_answer(state: RetryCallState) -> str:
    known = state.outcome is not None and not state.outcome.failed
    return str(state.outcome.result()) if known and state.outcome else "unknown: the server cannot be reached"
