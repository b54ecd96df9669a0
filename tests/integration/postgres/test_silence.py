"""A server that falls silent is given up in time, and a client that the network swallowed keeps no lock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy import Mute, Proxy, proxied
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres import deadline, locking, session
from worlds import environment, tubes

if TYPE_CHECKING:
    from worlds import World


@pytest.fixture
def hasty(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Statements may take two seconds, and answers one more."""
    for module in (deadline, session):
        monkeypatch.setattr(module, "GRACE", 1)
    return replace(world, settings=replace(world.settings, statement_timeout=2, lock_wait=30))


def test_a_silent_server_is_given_up(hasty: World) -> None:
    def fall_silent(message: bytes) -> None:
        if b"pg_current_xact_id" in message:
            proxy.swallow()

    hasty.converge(environment(*tubes(1)))
    plan = hasty.plan(environment(*tubes(2)))
    with Proxy(hasty.server.port, fall_silent) as proxy, pytest.raises(Exception, match=r"PG010.*no answer within 3 s"):
        hasty.with_port(proxy.port).apply(plan)
    assert hasty.apply(plan).summary.adds == 1


def test_a_commit_that_is_not_answered_is_resolved(hasty: World) -> None:
    heard: list[bytes] = []

    def mute_once(message: bytes) -> None:
        if message[5:] == b"COMMIT\0" and not heard:
            heard.append(message)
            raise Mute

    hasty.converge(environment(*tubes(1)))
    plan = hasty.plan(environment(*tubes(2)))
    with proxied(hasty.server.port, mute_once) as port:
        assert hasty.with_port(port).apply(plan).ledger == 2


def test_a_client_that_was_swallowed_keeps_no_lock(hasty: World) -> None:
    hasty.converge(environment(*tubes(1)))
    plan = hasty.plan(environment(*tubes(2)))
    with (
        Proxy(hasty.server.port, lambda _: None) as proxy,
        hasty.with_port(proxy.port).providers() as (_, postgres),
        postgres.transaction() as transaction,
    ):
        transaction.lock((), keep=False)
        proxy.swallow()
        assert hasty.apply(plan).summary.adds == 1


def test_a_connection_that_is_lost_while_nothing_is_asked(world: World) -> None:
    desired = environment(*tubes(1))
    with world.providers() as (_, postgres):
        postgres.inspect(desired)
        world.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND"
            " datname = current_database()"
        )
        with pytest.raises(DatabaseError, match="PG010"):
            postgres.inspect(desired)
        with pytest.raises(DatabaseError, match="PG010"), postgres.transaction():
            pass
        with pytest.raises(DatabaseError, match="PG010"), postgres._connector.session().outside_transactions():
            pass


def test_what_may_take_long_is_not_given_up(hasty: World) -> None:
    """Outside a transaction, with the server's own limit lifted."""
    with hasty.providers() as (_, postgres):
        opened = postgres._connector.session()
        with opened.outside_transactions():
            locking.limit(opened, 1, local=False)
            opened.run("SELECT pg_sleep(3.2)")
        with pytest.raises(DatabaseError, match="PG006"), opened.outside_transactions():
            opened.run("SELECT pg_sleep(3.2)")
