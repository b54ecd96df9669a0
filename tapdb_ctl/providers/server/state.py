"""What is remembered about a server between runs, in a file of its own with mode 0600."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server import private

if TYPE_CHECKING:
    from pathlib import Path

    from tapdb_ctl.providers.server.layout import Layout


@dataclass(frozen=True, slots=True)
class State:
    """The superuser's password, the port last used, and the socket folder when it is not the usual one."""

    password: str = field(repr=False)
    port: int | None = None
    sockets: str | None = None

    def save(self, path: Path) -> None:
        """Write it, all or nothing."""
        private.write(path, json.dumps(asdict(self)) + "\n")


def recall(layout: Layout) -> State:
    """What is remembered about the server; of one whose making was cut short, what its data brought along."""
    return load(layout.first_state if layout.first_state.exists() else layout.state)


def load(path: Path) -> State:
    """Read it back; ServerError when it cannot be read or is not ours."""
    try:
        return State(**json.loads(private.read(path)))
    except (OSError, ValueError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not what tapdb wrote"
        # The cause could quote the file, and with it the password.
        raise ServerError.of(
            "SRV016",
            "the server's password cannot be read",
            f"{path}: {reason}",
            "run tapdb as the account that made it, or restore the file from a backup",
        ) from None
