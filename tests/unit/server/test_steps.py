"""What a plan does about the embedded server."""

from __future__ import annotations

import pytest

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Create, Delete, Update
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.step import Call, Phase
from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server.steps import steps


def server(major: int) -> Resource:
    return Resource(Address("server", "dev"), {"major": major})


def test_a_missing_server_is_made_and_started_before_anything_connects() -> None:
    made = steps(Create(server(16)))
    assert [step.act for step in made] == [Call("server.initialise", {"major": 16}), Call("server.start")]
    assert {step.phase for step in made} == {Phase.SERVER}
    assert not any(step.data_loss for step in made)


def test_the_same_change_gives_the_same_steps() -> None:
    assert steps(Create(server(18))) == steps(Create(server(18)))


def test_another_major_version_is_refused_with_the_way_out() -> None:
    with pytest.raises(ServerError, match="SRV019") as raised:
        steps(Update(server(16), server(18)))
    (finding,) = raised.value.findings
    assert "`version: 16`" in finding.hint


def test_data_is_never_removed_by_a_plan() -> None:
    with pytest.raises(NotImplementedError):
        steps(Delete(server(16)))
