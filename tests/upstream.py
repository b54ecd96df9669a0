"""The published daylily-tapdb 0.1.13, unchanged: its source, its schema, and a virtualenv that it is installed in.

All of it is fetched by pip as the user has set pip up, checked against the sha256 of the release, and kept in the
user's cache, so only the first run downloads. Whatever cannot be had raises `UpstreamError`: nothing is skipped.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from collections.abc import Callable

RELEASE = "daylily-tapdb==0.1.13"
SHA256 = "b1d3a09d8cc5441e0704caf279d73cd257b33f7a08364fe65ea2c599d8bafc49"

# What the release leaves open. From SQLAlchemy 2.1 on, its `postgresql://` means a driver that it does not install;
# bcrypt 4 refuses what passlib asks of it.
BESIDE = ("sqlalchemy<2.1", "pyyaml", "passlib", "bcrypt<4")


class UpstreamError(RuntimeError):
    """The release cannot be had; the message ends with what pip said."""


def source() -> Path:
    """The unpacked sdist."""
    return _sdist().with_name(_sdist().name.removesuffix(".tar.gz"))


def schema_sql() -> str:
    """The SQL that builds the database of 0.1.13, but for its identity prefixes."""
    return (source() / "schema/tapdb_schema.sql").read_text()


def python() -> Path:
    """The interpreter of a virtualenv that has the library, and nothing of ours."""
    key = sha256(repr((SHA256, BESIDE, sys.version, sys.base_prefix)).encode()).hexdigest()
    return _cached(f"venv-{key[:12]}", _install) / "bin/python"


def _cached(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name; made beside it and renamed, so that it is complete whoever else is making it."""
    wanted = user_cache_path("tapdb-tests", ensure_exists=True) / name
    if not wanted.exists():
        made = Path(mkdtemp(prefix=f"{name}-", dir=wanted.parent))
        try:
            make(made)
            _rename(made, wanted)
        finally:
            rmtree(made, ignore_errors=True)
    return wanted


def _rename(made: Path, wanted: Path) -> None:
    try:
        made.rename(wanted)
    except OSError:
        if not wanted.exists():  # otherwise another run was quicker, and its folder is as good
            raise


def _sdist() -> Path:
    (archive,) = _cached(f"source-{SHA256[:12]}", _unpack).glob("*.tar.gz")
    return archive


def _unpack(folder: Path) -> None:
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{RELEASE} --hash=sha256:{SHA256}\n")
    _pip(
        "download", "--no-deps", "--no-binary=:all:", "--require-hashes", f"--requirement={wanted}", f"--dest={folder}"
    )
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        # the first releases of Python 3.11 have no filters; what pip checked against its sha256 needs none
        packed.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))


def _install(folder: Path) -> None:
    venv.create(folder, symlinks=True)
    _pip("--python", str(folder), "install", str(_sdist()), *BESIDE)


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UpstreamError(f"pip could not provide {RELEASE}, which the tests compare with:\n{done.stderr}")
