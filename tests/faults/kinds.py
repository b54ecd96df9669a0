"""The kinds of fault: how each strikes an apply, and how an apply that it struck may end."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import psycopg2

from faults.arena import LOCK_TIMEOUT, STATEMENT_TIMEOUT
from faults.scenes import NEW, USED
from proxy import Cut, Mute

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from faults.arena import Arena
    from faults.moments import Tracker
    from faults.scenes import Scene
    from proxy import Proxy

LOST = frozenset({"PG001", "PG010", "PG018", "PG019", "PG030"})
"""What a lost connection is told as: not made, lost, a server that restarts, refused, or lost while committing."""


STARTED = 0.2
"""The part of an apply after which Python has surely started: what interrupts that, no program can catch."""


@dataclass
class Strike:
    """An apply that is to be struck, and everything that can be done to it."""

    rng: random.Random
    arena: Arena
    database: str
    process: subprocess.Popen[str] = field(init=False)
    proxy: Proxy = field(init=False)
    tracker: Tracker = field(init=False)
    committing: bool = False
    """Whether COMMIT has come by, for kinds that wait for it."""

    def backends(self) -> list[int]:
        """The server's processes for this apply; waits for the first while the apply runs, and lets it begin."""
        while not (found := self.arena.sessions()) and self.process.poll() is None:
            self.tracker.struck.set()
            time.sleep(0.01)
        return found


def _nothing(_: Strike) -> None: ...


def _untouched(_strike: Strike, _message: bytes) -> None: ...


@dataclass(frozen=True)
class Kind:
    """A fault. `exits` are the exit codes it may lead to, `findings` the errors that may come with 1."""

    name: str
    findings: frozenset[str] = frozenset()
    exits: frozenset[int] = frozenset({0, 1})
    strike: Callable[[Strike], None] = _nothing
    """What happens at the moment that was drawn."""
    hear: Callable[[Strike, bytes], None] = _untouched
    """What happens to a message of the client."""
    around: Callable[[Strike], AbstractContextManager[str]] = lambda _: nullcontext("pg_default")
    """What stands during the apply; gives the tablespace of the database."""
    relieve: Callable[[Strike], None] = _nothing
    """What ends the fault, once the apply has ended."""
    timeout: Callable[[random.Random], str] = lambda _: f"{STATEMENT_TIMEOUT}s"
    """The manifest's `statement_timeout`."""
    scenes: tuple[Scene, ...] = (NEW, USED)
    earliest: float = 0
    """The part of the time before which it does not strike."""
    abrupt: bool = False
    """Whether tapdb may end without knowing how the transaction ended."""


def _kill(strike: Strike) -> None:
    strike.process.kill()


def _interrupt(strike: Strike) -> None:
    strike.process.send_signal(signal.SIGINT)


def _interrupt_twice(strike: Strike) -> None:
    _interrupt(strike)
    time.sleep(strike.rng.uniform(0, 0.1))
    _interrupt(strike)


def _kill_backend(strike: Strike) -> None:
    for pid in strike.backends():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _order(strike: Strike, function: str) -> None:
    """Given while a statement runs rather than before it, for a session that does nothing has nothing to cancel."""
    strike.tracker.struck.set()
    with suppress(psycopg2.OperationalError), closing(psycopg2.connect(strike.arena.server.dsn())) as connection:
        for pid in strike.backends():
            connection.cursor().execute(f"SELECT {function}(%s)", (pid,))


def _reset(strike: Strike) -> None:
    """The first line, where there is none yet."""
    while strike.tracker.stage == "start" and strike.process.poll() is None:
        time.sleep(0.01)
    strike.proxy.reset()


def _limit_files(strike: Strike) -> None:
    """The backend may not write beyond this size of any file: of a table, or of the log of changes, which is fatal."""
    size = strike.rng.choice([1 << 16, 1 << 18, 1 << 20, 1 << 22])
    owner = (strike.arena.home / "data").stat()
    account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    for pid in strike.backends():
        command = ["prlimit", f"--pid={pid}", f"--fsize={size}:{size}"]
        limited = subprocess.run(command, check=False, capture_output=True, text=True, **account)  # type: ignore[call-overload]
        assert limited.returncode == 0 or not _runs(pid), limited.stderr


def _runs(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


LOCKS = (
    "LOCK TABLE generic_template IN ROW EXCLUSIVE MODE",
    "LOCK TABLE generic_template IN ACCESS EXCLUSIVE MODE",
    "SELECT FROM generic_template WHERE subtype = 't7' FOR UPDATE",
    "LOCK TABLE tapdb_ownership IN SHARE MODE",
    "SELECT pg_advisory_xact_lock({key})",
)


def _lock(strike: Strike) -> None:
    """Somebody takes a lock, or waits for it, and holds it for less or more than an apply waits."""
    statement = strike.rng.choice(LOCKS).format(key=strike.arena.world(strike.database).settings.lock_key)
    threading.Thread(target=_hold, args=(strike, statement, strike.rng.choice([0.3, LOCK_TIMEOUT * 2]))).start()


def _hold(strike: Strike, statement: str, seconds: float) -> None:
    with suppress(psycopg2.Error), closing(psycopg2.connect(strike.arena.server.dsn(strike.database))) as connection:
        connection.cursor().execute(f"SET lock_timeout = '5s'; {statement}")
        time.sleep(seconds)


def _commits(strike: Strike, message: bytes) -> bool:
    """The first time that COMMIT comes by."""
    first = message[5:] == b"COMMIT\0" and not strike.committing
    strike.committing = strike.committing or first
    return first


def _drop_reply(strike: Strike, message: bytes) -> None:
    """The line ends, or falls silent, once COMMIT has gone through."""
    if _commits(strike, message):
        raise strike.rng.choice([Cut, Mute])


def _lead_nowhere(strike: Strike, message: bytes) -> None:
    """COMMIT goes through, and nothing comes back any more, whoever asks."""
    if _commits(strike, message):
        threading.Timer(0.05, strike.proxy.swallow).start()
        raise Mute


SIZE = 64 << 20
"""Bytes of the file system that is filled."""


@contextmanager
def _small_disk(strike: Strike) -> Iterator[str]:
    """A tablespace on a file system of its own."""
    place, name = _disk(strike), strike.database
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "none", place], check=True)
    try:
        owner = (strike.arena.home / "data").stat()
        os.chown(place, owner.st_uid, owner.st_gid)
        strike.arena.server.run(f"CREATE TABLESPACE {name} LOCATION '{place}'")
        yield name
        strike.arena.server.run(f"DROP TABLESPACE {name}")
    finally:
        subprocess.run(["umount", place], check=True)


def _disk(strike: Strike) -> Path:
    return strike.arena.folder / f"disk-{strike.database}"


def _fill(strike: Strike) -> None:
    """A file takes all the room that is left."""
    with suppress(OSError), (_disk(strike) / "ballast").open("wb", buffering=0) as file:
        while file.write(bytes(1 << 16)):
            pass


def _free(strike: Strike) -> None:
    (_disk(strike) / "ballast").unlink(missing_ok=True)


@cache
def may_mount() -> bool:
    """Whether this process may make a file system of a given size, which containers often forbid."""
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def _all(*kinds: Kind) -> dict[str, Kind]:
    return {kind.name: kind for kind in kinds}


KINDS = _all(
    Kind("kill -9 of tapdb", exits=frozenset({0, -signal.SIGKILL}), strike=_kill, abrupt=True),
    Kind("kill -9 of a backend", LOST, strike=_kill_backend),
    Kind("pg_terminate_backend", LOST, strike=lambda strike: _order(strike, "pg_terminate_backend")),
    Kind("pg_cancel_backend", frozenset({"PG006"}), strike=lambda strike: _order(strike, "pg_cancel_backend")),
    Kind("TCP reset", LOST, strike=_reset),
    Kind("black hole", LOST, strike=lambda strike: strike.proxy.swallow()),
    Kind("COMMIT reply lost", exits=frozenset({0}), hear=_drop_reply),
    Kind("COMMIT into a black hole", frozenset({"PG030"}), exits=frozenset({1}), hear=_lead_nowhere),
    Kind("lock held by another", frozenset({"PG031", "PG032", "PG033"}), strike=_lock, scenes=(USED,)),
    Kind("statement timeout", frozenset({"PG006"}), timeout=lambda rng: f"{round(10 ** rng.uniform(0, 2.5))}ms"),
    Kind("disk full", frozenset({"PG008", "PG019"}), strike=_fill, relieve=_free, around=_small_disk, scenes=(USED,)),
    Kind("no file may grow", LOST | {"PG008", "PG020"}, strike=_limit_files, scenes=(USED,)),
    Kind("SIGINT once", exits=frozenset({0, 130}), strike=_interrupt, earliest=STARTED),
    Kind("SIGINT twice", exits=frozenset({0, 130}), strike=_interrupt_twice, earliest=STARTED, abrupt=True),
)
"""By name."""


def possible(kind: Kind) -> Kind:
    """The kind itself; where no file system may be mounted, a limit on files stands for a full disk."""
    return KINDS["no file may grow"] if kind.around is _small_disk and not may_mount() else kind
