"""Where an embedded server lives, and the names of everything in its folder."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_state_path

from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server import accounts, private

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapdb_ctl.providers.server.accounts import Account

_SYSTEM_STATE = Path("/var/lib/tapdb")


@dataclass(frozen=True, slots=True)
class Layout:
    """The server's folder, and the account that runs the server in it."""

    home: Path
    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory; there from the moment that it is complete."""
        return self.home / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix socket, unless no client could address one there."""
        return self.home / "socket"

    @property
    def log(self) -> Path:
        """The folder of the server's logs."""
        return self.home / "log"

    @property
    def state(self) -> Path:
        """What is remembered between runs: password, port, socket folder."""
        return self.home / "state.json"

    @property
    def first_state(self) -> Path:
        """What a new data directory brings with it, until that is taken over as `state`."""
        return self.data / "tapdb-state.json"

    @property
    def lock(self) -> Path:
        """Held while the server is initialised, started or stopped."""
        return self.home / "lock"

    @property
    def binaries(self) -> Path:
        """Copies of PostgreSQL's programs, for an account that cannot reach the originals."""
        return self.home / "binaries"

    def initialised(self) -> bool:
        """Whether there is a complete data directory; ServerError when we may not look."""
        return self.major() is not None

    def major(self) -> int | None:
        """The major version that the data directory was made by, or None without one.

        Raises ServerError when we may not look, and for a directory that lacks what every complete one has.
        """
        try:
            if not _occupied(self.data):
                return None
            major = int((self.data / "PG_VERSION").read_text())
            (self.data / "global/pg_control").stat()
        except FileNotFoundError as error:
            raise _damaged(self.home, f"{error.filename} is missing") from error
        except NotADirectoryError as error:
            raise _damaged(self.home, f"{error.filename}: {error.strerror}") from error
        except PermissionError as error:
            raise _foreign(self.home) from error
        except ValueError as error:
            raise _damaged(self.home, f"{self.data}/PG_VERSION holds no version number") from error
        return major

    def create(self) -> None:
        """Make the server's folder; another account's server must be able to pass through it."""
        try:
            private.make(self.home, 0o711 if self.account.demoted else 0o700)
        except PermissionError as error:
            raise _foreign(self.home) from error
        if not self.account.reaches(self.home):
            raise _unreachable(self.account, [self.home])

    def furnish(self) -> None:
        """Make what belongs in the folder; the caller holds the lock."""
        if not (ignored := self.home / ".gitignore").exists():
            private.write(ignored, "# Made by tapdb: a database server's data and password.\n*\n")
        for folder in (self.sockets, self.log):
            if not folder.is_dir():
                folder.mkdir(mode=0o700)
                self.account.give(folder)


def choose(environment: str, project: Path, home: Path | None) -> Layout:
    """The folder of an environment's server; touches nothing.

    `home`, when given, is the only choice. Else `.tapdb/<env>/postgres` in the project, else, when the
    account that runs the server cannot work there, a state folder named after environment and project.
    Wherever data is already, there it stays.

    Raises ServerError when no place will do.
    """
    places = [home.absolute()] if home else list(_places(environment, project.resolve()))
    layouts = [Layout(place, accounts.serving(place / "data")) for place in places]
    for fits in (Layout.initialised, _usable):
        for layout in layouts:
            if fits(layout):
                return layout
    raise _unreachable(layouts[0].account, places)


def _places(environment: str, project: Path) -> Iterator[Path]:
    yield project / ".tapdb" / environment / "postgres"
    name = f"{environment}-{hashlib.sha256(os.fsencode(project)).hexdigest()[:10]}"
    yield user_state_path("tapdb") / name
    if os.geteuid() == 0:
        yield _SYSTEM_STATE / name


def _usable(layout: Layout) -> bool:
    """Whether we can make the folder and the account can pass through to it."""
    existing = next(place for place in (layout.home, *layout.home.parents) if place.exists())
    return os.access(existing, os.W_OK | os.X_OK) and layout.account.reaches(existing)


def _occupied(data: Path) -> bool:
    """Whether something stands where the data directory belongs; an empty folder gives way to a new one."""
    return any(data.iterdir()) if data.is_dir() else data.exists()


def _unreachable(account: Account, places: Sequence[Path]) -> ServerError:
    return ServerError.of(
        "SRV005",
        "the account that runs the server cannot get to its data",
        f"{account.name} cannot work in {', nor in '.join(map(str, places))}",
        "name a folder that it can reach with `data_dir` under `database` in the manifest",
    )


def _damaged(home: Path, what: str) -> ServerError:
    return ServerError.of(
        "SRV015",
        "the data directory is damaged",
        what,
        f"put back what is missing, or restore {home} from a backup; only to give up its data and begin with an "
        f"empty server, remove that folder",
    )


def _foreign(home: Path) -> ServerError:
    return ServerError.of(
        "SRV006",
        "the server's folder belongs to another account",
        f"{home} cannot be read or written by uid {os.geteuid()}",
        "run tapdb as the account that made it, or name another folder with `data_dir` in the manifest",
    )
