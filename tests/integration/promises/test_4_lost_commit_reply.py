"""Promise 4: a lost COMMIT reply is resolved, not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy import Cut, proxied
from tapdb_ctl.core.report import Outcome
from tapdb_ctl.engine.applying import PhaseError
from tapdb_ctl.errors import DatabaseError, ServerError
from tapdb_ctl.providers.postgres.connector import Connector
from worlds import environment, tubes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.report import Report
    from tapdb_ctl.providers.postgres.session import Session
    from worlds import World


def test_a_commit_whose_reply_was_lost_is_reported_as_done(world: World) -> None:
    plan = world.plan(environment(*tubes(3)))
    report = _applied_through_a_cut(world, plan)
    assert report.ledger == 1
    assert world.plan(environment(*tubes(3))).changes == ()


def test_a_commit_that_never_arrived_is_reported_as_not_done(world: World) -> None:
    plan = world.plan(environment(*tubes(3)))
    lost: list[bytes] = []

    def lose_once(message: bytes) -> None:
        if message[5:] == b"COMMIT\0" and not lost:
            lost.append(message)
            raise OSError

    with (
        proxied(world.server.port, lose_once) as port,
        pytest.raises(Exception, match="PG010: the connection to PostgreSQL was lost"),
    ):
        world.with_port(port).apply(plan)
    assert world.value("SELECT to_regclass('generic_template')") is None


def test_a_server_that_is_away_for_a_moment_is_asked_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = world.plan(environment(*tubes(3)))
    monkeypatch.setattr(Connector, "renewed", _away(Connector.renewed, times=3))
    assert _applied_through_a_cut(world, plan).ledger == 1


def test_a_server_that_cannot_be_asked_leaves_a_doubt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = world.plan(environment(*tubes(3)))
    monkeypatch.setattr(Connector, "renewed", _gone)
    with pytest.raises(PhaseError, match="PG030") as caught:
        _applied_through_a_cut(world, plan)
    assert caught.value.receipts[-1].outcome is Outcome.IN_DOUBT


def _applied_through_a_cut(world: World, plan: Plan) -> Report:
    cuts: list[bytes] = []

    def cut_once(message: bytes) -> None:
        if message[5:] == b"COMMIT\0" and not cuts:
            cuts.append(message)
            raise Cut

    with proxied(world.server.port, cut_once) as port:
        return world.with_port(port).apply(plan)


def _away(original: Callable[[Connector], Session], times: int) -> Callable[[Connector], Session]:
    attempts: list[int] = []

    def renewed(connector: Connector) -> Session:
        attempts.append(1)
        if len(attempts) <= times:
            raise DatabaseError.of("PG018", "the server is starting or stopping")
        return original(connector)

    return renewed


def _gone(_: Connector) -> Session:
    raise ServerError.of("SRV000", "the server cannot be started")
