"""Writes result files whole or not at all, and what is no file straight away."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tapdb_ctl.errors import TapdbError

STANDARD_OUTPUT = Path("-")
"""How the command line names standard output."""

_KERNEL = (Path("/dev"), Path("/proc"))
"""Where names stand for what is open or for devices, and are never moved over."""

_MOST_LINKS = 40
"""As many as Linux follows: https://man7.org/linux/man-pages/man7/path_resolution.7.html"""


def write(path: Path, text: str, *, make_folder: bool = False) -> None:
    """Put `text` into the file in one move; raises TapdbError when that fails.

    A new file is readable as the umask allows, an existing one keeps its mode; a link stays and its file is
    replaced. A device or a pipe, which nothing can be moved over, is written to as it stands; `-` and other names
    of standard output mean that.
    """
    # As on standard output: a file name that is not UTF-8 is written by escapes, which JSON reads back.
    data = text.encode(errors="backslashreplace")
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        if is_standard_output(path):
            sys.stdout.write(text)
        elif _is_special(place := _followed(path)):
            place.write_bytes(data)
        else:
            _replace(place, data)
    except OSError as error:
        raise unwritable(path, error) from error


def is_standard_output(path: Path) -> bool:
    """Whether the path is `-`, or a name such as /dev/stdout, or a link to one, for what standard output is."""
    if path == STANDARD_OUTPUT:
        return True
    try:
        place = _followed(path)
        return _is_special(place) and os.path.samestat(place.stat(), os.fstat(sys.stdout.fileno()))
    except OSError:  # no such place, or no such stream; whoever writes there says so
        return False


def unwritable(path: Path, error: OSError) -> TapdbError:
    """What to say when a file cannot be written."""
    return TapdbError.of(
        "CLI005", "a file cannot be written", f"{path}: {error.strerror}", "check the path and its permissions"
    )


def _followed(path: Path) -> Path:
    """Where the links lead; those that the kernel makes of open files are not followed, for they are those files."""
    for _ in range(_MOST_LINKS):
        place = path.parent.resolve() / path.name
        if _is_kernels(place) or not place.is_symlink():
            return place
        path = place.parent / place.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _is_special(place: Path) -> bool:
    return _is_kernels(place) or (place.exists() and not place.is_file())


def _is_kernels(place: Path) -> bool:
    return any(place.is_relative_to(folder) for folder in _KERNEL)


def _replace(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
