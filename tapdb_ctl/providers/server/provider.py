"""The embedded server as plans see it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.step import Call
from tapdb_ctl.providers.server import inspect, steps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.resource import Desired, Live
    from tapdb_ctl.core.step import Step
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.providers.server.server import EmbeddedServer


class ServerProvider:
    """Answers for the environment's server; a `core.ports.Direct`. What a start has to say, `tell` hears."""

    types: frozenset[str] = frozenset({inspect.TYPE})

    def __init__(self, server: EmbeddedServer, tell: Callable[[Sequence[Finding]], None]) -> None:
        self._server = server
        self._tell = tell

    def completed(self, desired: Desired) -> Desired:
        """A server implies nothing."""
        return desired

    def inspect(self, desired: Desired) -> Live:
        """The server, if its data directory is there."""
        return inspect.inspect(desired, self._server)

    def steps(self, change: Change) -> tuple[Step, ...]:
        """The acts that make one change."""
        return steps.steps(change)

    def perform(self, step: Step) -> None:
        """Do one of them; each may be repeated."""
        match step.act:
            case Call(name=steps.INITIALISE, arguments={"major": int(major)}):
                replace(self._server, major=major).init()
            case Call(name=steps.START):
                self._tell(self._server.start().findings)
            case unknown:
                raise NotImplementedError(f"not a step of the embedded server: {unknown}")
