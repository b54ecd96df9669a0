"""The server's logs: written and rotated by PostgreSQL's own collector, read and thinned out here."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tapdb_ctl.providers.server import private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STARTUP = "startup.log"
"""What the server says before its collector works, of the last start only."""

SETTINGS = {
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%Y%m%d-%H%M%S.log",
    "log_file_mode": "0600",
    "log_rotation_age": "1d",
    "log_rotation_size": "10MB",
    "log_line_prefix": "%m [%p] %a ",
}
"""https://www.postgresql.org/docs/current/runtime-config-logging.html; the folder is relative to the data."""

_KEPT = 10


def files(folder: Path) -> list[Path]:
    """The collector's files, oldest first."""
    return sorted(folder.glob("postgresql-*.log"))


def thin_out(folder: Path) -> None:
    """Delete all but the newest ten files: 100 MB at most, since the collector itself deletes nothing."""
    for old in files(folder)[:-_KEPT]:
        old.unlink(missing_ok=True)


def begin(folder: Path) -> Mapping[Path, int]:
    """Make room for the words of a new start; gives how many bytes of each file are older than it, for `since`."""
    (folder / STARTUP).unlink(missing_ok=True)
    return {path: path.stat().st_size for path in files(folder)}


def since(folder: Path, older: Mapping[Path, int]) -> str:
    """What the server said after `begin`."""
    return "".join(private.read(path, older.get(path, 0)) for path in _all(folder))


def tail(folder: Path, lines: int) -> str:
    """The last lines of the log, across files, oldest first."""
    last: deque[str] = deque(maxlen=lines)
    for path in sorted(_all(folder), key=lambda path: path.stat().st_mtime_ns):
        last.extend(private.read(path).splitlines())
    return "\n".join(last)


def _all(folder: Path) -> list[Path]:
    """The last start's file, then the collector's, oldest first."""
    startup = folder / STARTUP
    return [*([startup] if startup.exists() else []), *files(folder)]
