"""The entry point. It imports next to nothing itself, so that an interrupt while the rest is imported is met here."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run `tapdb` with this process's arguments and exit."""
    try:
        from tapdb_ctl.cli.running import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    # How it ended is decided: an interrupt during Python's own clearing up must not make another end of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)
