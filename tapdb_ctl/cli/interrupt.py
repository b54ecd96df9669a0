"""Ctrl-C during an apply: the first stops between two steps and rolls back, the second ends the process.

Python runs its own signal handlers between bytecodes of the main thread, which may sit in libpq for
minutes. So SIGINT is blocked while an apply runs, and a thread of our own waits for it.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tapdb_ctl.cli import console
from tapdb_ctl.errors import TapdbError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ABORTED = 130


class InterruptedApplyError(TapdbError):
    """The user pressed Ctrl-C; what was not committed has been rolled back."""


class Interruption:
    """Knows whether Ctrl-C was pressed."""

    def __init__(self) -> None:
        self._pressed = threading.Event()
        self._over = threading.Event()

    def check(self) -> None:
        """Raise InterruptedApplyError once Ctrl-C was pressed; to be called between steps."""
        if self._pressed.is_set():
            raise InterruptedApplyError.of(
                "CLI010",
                "interrupted",
                "the transaction was rolled back; phases that were complete before it stay",
                "run the same command again; it goes on from what is in place",
            )

    def watch(self) -> None:
        """Wait for Ctrl-C until `end`; the second one leaves at once, and the server rolls back by itself."""
        signal.sigwait({signal.SIGINT})
        if self._over.is_set():
            return
        self._pressed.set()
        console.error("stopping after this step; press Ctrl-C again to abort at once", label="interrupt")
        signal.sigwait({signal.SIGINT})
        if not self._over.is_set():
            os._exit(_ABORTED)

    def end(self, watcher: threading.Thread) -> None:
        """Let the watching thread go."""
        self._over.set()
        if watcher.ident is not None:
            signal.pthread_kill(watcher.ident, signal.SIGINT)
        watcher.join()


@contextmanager
def stopping_cleanly() -> Iterator[Interruption]:
    """Inside the block Ctrl-C only sets a flag, which `check` reads."""
    interruption = Interruption()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    watcher = threading.Thread(target=interruption.watch, name="tapdb-interrupt", daemon=True)
    watcher.start()
    try:
        yield interruption
    finally:
        interruption.end(watcher)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
