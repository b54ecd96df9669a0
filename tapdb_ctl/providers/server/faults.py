"""What PostgreSQL and the operating system complain about, turned into findings that say what to do."""

from __future__ import annotations

import errno
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = "No space left on device"
_DENIED = "Permission denied"
_TAKEN = "Address already in use"
_IN_USE = "is still in use"
_BEING_WRITTEN = 'lock file "postmaster.pid" is empty'
_UNBOUND = re.compile(r'could not bind IPv4 address "[^"]*": (.*)')
_LAST_LINES = 6


def passing(output: str) -> bool:
    """Whether another try may succeed: a socket was taken just now, another start is under way, an old server ends."""
    return any(reason in output for reason in (_TAKEN, _IN_USE, _BEING_WRITTEN))


def unbound(output: str) -> str | None:
    """The system's reason why the server could not listen on its port, if that is what stopped it."""
    found = _UNBOUND.search(output)
    return found[1].strip() if found else None


def failed(doing: str, output: str, home: Path) -> ServerError:
    """The error for a program of PostgreSQL that failed: `doing` is what it was asked, as "start"."""
    if _FULL in output:
        return ServerError(_full(home, f"PostgreSQL could not {doing}"))
    if _IN_USE in output:
        return ServerError(_orphans(home))
    last = " / ".join(line.strip() for line in output.strip().splitlines()[-_LAST_LINES:])
    hint = (
        f"check that the account that runs the server may use {home}"
        if _DENIED in output
        else f"`tapdb pg logs` shows more of the log in {home / 'log'}"
    )
    return ServerError.of("SRV011", f"PostgreSQL could not {doing}", last or "it said nothing", hint)


@contextmanager
def explained(home: Path) -> Iterator[None]:
    """Turn an operating-system error about the server's folder into a ServerError."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise ServerError(_full(home, str(error.strerror))) from error
        raise ServerError.of(
            "SRV006",
            "the server's folder cannot be used",
            f"{error.filename2 or error.filename or home}: {error.strerror}",
            _remedy(error.errno),
        ) from error


def _remedy(number: int | None) -> str:
    if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return "make it writable for the account that runs tapdb, or name another folder with `data_dir`"
    return "see to what the system says of it, or name another folder with `data_dir`"


def _orphans(home: Path) -> Finding:
    return Finding(
        "SRV009",
        "processes of an earlier server are still at work",
        f"its postmaster was killed, but sessions of the server in {home} have not ended yet",
        "wait for them, or end the `postgres` processes whose working directory is the `data` folder there",
    )


def _full(home: Path, what: str) -> Finding:
    return Finding(
        "SRV010",
        "the disk is full",
        f"{what}: no space left for {home}",
        "free some space (a new server takes about 60 MB), then run the same command again",
    )
