"""The embedded server as a plan meets it: missing, made by its own steps, then as wanted."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Create
from tapdb_ctl.core.diff import diff
from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server.provider import ServerProvider

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.providers.server.server import EmbeddedServer

    Make = Callable[..., EmbeddedServer]

WANTED = Resource(Address("server", "dev"), {"major": 16})
DESIRED = Desired("dev", {WANTED.address: WANTED}, {})


def untold(findings: Sequence[Finding]) -> None:
    """A fresh server on a free port has nothing to tell."""
    assert findings == ()


def test_a_missing_server_is_not_made_by_looking(make: Make, project: Path) -> None:
    assert ServerProvider(make(), untold).inspect(DESIRED) == Live()
    assert list(project.iterdir()) == []


def test_its_steps_make_it_and_then_nothing_is_left(make: Make) -> None:
    server = make()
    provider = ServerProvider(server, untold)
    (change,) = diff(DESIRED, provider.inspect(DESIRED)).changes
    assert change == Create(WANTED)
    for step in (*provider.steps(change), *provider.steps(change)):
        provider.perform(step)
    assert server.status().running

    live = provider.inspect(DESIRED)
    assert diff(DESIRED, live).changes == ()
    assert live.digests == {WANTED.address: WANTED.digest}


def test_what_a_start_has_to_say_is_told(make: Make) -> None:
    server = make()
    before = server.start()
    server.stop()
    told: list[str] = []
    provider = ServerProvider(server, lambda findings: told.extend(finding.code for finding in findings))
    with socket.create_server((before.host, before.port)):
        for step in provider.steps(Create(WANTED)):
            provider.perform(step)
    assert told == ["SRV008"]


def test_a_stopped_server_is_live_and_stays_stopped(make: Make) -> None:
    server = make()
    server.init()
    assert ServerProvider(server, untold).inspect(DESIRED).resources == {WANTED.address: WANTED}
    assert not server.status().running


def test_damaged_data_is_not_planned_over(make: Make) -> None:
    server = make()
    server.init()
    (server.status().data_dir / "data/PG_VERSION").unlink()
    with pytest.raises(ServerError, match="SRV015"):
        ServerProvider(server, untold).inspect(DESIRED)


def test_a_server_that_cannot_be_made_for_want_of_programs_is_told_by_looking(make: Make, project: Path) -> None:
    with pytest.raises(ServerError, match="SRV002"):
        ServerProvider(make(major=9), untold).inspect(DESIRED)
    assert ServerProvider(make(major=9), untold).inspect(Desired("dev", {}, {})) == Live()
    assert list(project.iterdir()) == []


def test_an_environment_without_a_server_is_not_looked_at(make: Make) -> None:
    make().init()
    assert ServerProvider(make(), untold).inspect(Desired("dev", {}, {})) == Live()


def test_a_data_directory_of_another_major_version_is_told_before_anything_is_done(make: Make) -> None:
    make(major=18).init()
    provider = ServerProvider(make(), untold)
    (change,) = diff(DESIRED, provider.inspect(DESIRED)).changes
    with pytest.raises(ServerError, match="SRV019"):
        provider.steps(change)
