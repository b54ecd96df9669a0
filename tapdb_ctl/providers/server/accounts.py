"""Who runs the server: the caller, or for root an unprivileged account that exists already."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.errors import ServerError

if TYPE_CHECKING:
    from pathlib import Path

_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system account; `demoted` when processes must change to it, which only root can."""

    name: str
    uid: int
    gid: int
    demoted: bool

    @property
    def setuid(self) -> int | None:
        """The `user` argument of subprocess."""
        return self.uid if self.demoted else None

    @property
    def setgid(self) -> int | None:
        """The `group` argument of subprocess."""
        return self.gid if self.demoted else None

    @property
    def groups(self) -> list[int] | None:
        """The `extra_groups` argument of subprocess: none of root's."""
        return [] if self.demoted else None

    def reaches(self, directory: Path) -> bool:
        """Whether the account may enter `directory`, asked of the system rather than guessed from modes."""
        if not self.demoted:
            return os.access(directory, os.X_OK)
        asked = subprocess.run(  # noqa: S603 - a fixed script; the path is its argument
            ["/bin/sh", "-c", 'test -x "$1"', "sh", directory],
            check=False,
            cwd="/",
            user=self.setuid,
            group=self.setgid,
            extra_groups=self.groups,
        )
        return asked.returncode == 0

    def give(self, path: Path) -> None:
        """Make the account the owner of `path`, which we have just made."""
        if self.demoted:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def serving(data: Path) -> Account:
    """The account that runs, or would run, the server whose data directory is `data`.

    PostgreSQL refuses to run as root (https://www.postgresql.org/docs/current/postgres-user.html), so root
    lends the work to the owner of existing data, else to `postgres` or `nobody`.
    """
    if os.geteuid() != 0:
        return Account(_name(os.geteuid()), os.geteuid(), os.getegid(), demoted=False)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(_name(owner.st_uid), owner.st_uid, owner.st_gid, demoted=True)
    return _unprivileged()


def _unprivileged() -> Account:
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, demoted=True)
    raise ServerError.of(
        "SRV001",
        "root cannot run PostgreSQL and no unprivileged account was found",
        f"neither of the accounts {' and '.join(_UNPRIVILEGED)} exists",
        "run tapdb as a normal user, or create one of these accounts",
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        # Containers often run under a uid that the passwd file does not list; PostgreSQL's initdb needs no name
        # when --username is given.
        return str(uid)
