"""Promise 4: a lost COMMIT reply is resolved, not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy import Cut, proxied
from worlds import environment, tubes

if TYPE_CHECKING:
    from worlds import World


def test_a_commit_whose_reply_was_lost_is_reported_as_done(world: World) -> None:
    plan = world.plan(environment(*tubes(3)))
    cuts: list[bytes] = []

    def cut_once(message: bytes) -> None:
        if message[5:] == b"COMMIT\0" and not cuts:
            cuts.append(message)
            raise Cut

    with proxied(world.server.port, cut_once) as port:
        report = world.with_port(port).apply(plan)

    assert cuts
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
