"""Ctrl-C, SIGTERM and SIGHUP during an apply: the first stops between two steps and rolls back, the second aborts.

Python runs its own signal handlers between bytecodes of the main thread, which may sit in libpq for
minutes. So these signals are blocked while an apply runs, and a thread of our own waits for them.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tapdb_ctl.cli import console
from tapdb_ctl.errors import TapdbError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BY_SIGNAL = 128
"""What shells add to a signal's number: https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html"""


class InterruptedApplyError(TapdbError):
    """A signal came; what was not committed has been rolled back."""

    code: int = _BY_SIGNAL + signal.SIGINT
    """The exit code that says which."""


class Interruption:
    """Knows whether one of `signals` came."""

    def __init__(self, signals: Collection[signal.Signals]) -> None:
        self._signals = signals
        self._came: signal.Signals | None = None
        self._over = threading.Event()

    def check(self) -> None:
        """Raise InterruptedApplyError once a signal came; to be called between steps."""
        if self._came is not None:
            error = InterruptedApplyError.of(
                "CLI010",
                "interrupted",
                "the transaction was rolled back; phases that were complete before it stay",
                "run the same command again; it goes on from what is in place",
            )
            error.code = _BY_SIGNAL + self._came
            raise error

    def watch(self) -> None:
        """Wait for a signal until `end`; the second one leaves at once, and the server rolls back by itself."""
        first = signal.Signals(signal.sigwait(self._signals))
        if self._over.is_set():
            return
        self._came = first
        again = "press Ctrl-C again" if first is signal.SIGINT else f"send {first.name} again"
        with suppress(OSError):  # the terminal may have gone, which is what SIGHUP tells
            console.error(f"stopping after this step; {again} to abort at once", label="interrupt")
        second = signal.sigwait(self._signals)
        if not self._over.is_set():
            os._exit(_BY_SIGNAL + second)

    def end(self, watcher: threading.Thread) -> None:
        """Let the watching thread go."""
        self._over.set()
        if watcher.ident is not None:
            signal.pthread_kill(watcher.ident, next(iter(self._signals)))
        watcher.join()


@contextmanager
def stopping_cleanly() -> Iterator[Interruption]:
    """Inside the block signals only set a flag, which `check` reads; those that are ignored, as by nohup, stay so.

    After a block that came to its end they are ignored: what is left of the process must not deny what was done.
    """
    signals = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    interruption = Interruption(signals)
    if not signals:
        yield interruption
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    watcher = threading.Thread(target=interruption.watch, name="tapdb-interrupt", daemon=True)
    watcher.start()
    done = False
    try:
        yield interruption
        done = True
    finally:
        interruption.end(watcher)
        for each in signals if done else ():
            signal.signal(each, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
