"""Writes result files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from tapdb_ctl.errors import TapdbError


def write(path: Path, text: str, *, make_folder: bool = False) -> None:
    """Put `text` into the file in one move, readable as the umask allows; raises TapdbError when that fails."""
    # As on standard output: a file name that is not UTF-8 is written by escapes, which JSON reads back.
    data = text.encode(errors="backslashreplace")
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # /dev/stdout, a named pipe: nothing to move over
            path.write_bytes(data)
        else:
            _replace(path, data)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> TapdbError:
    """What to say when a file cannot be written."""
    return TapdbError.of(
        "CLI005", "a file cannot be written", f"{path}: {error.strerror}", "check the path and its permissions"
    )


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
