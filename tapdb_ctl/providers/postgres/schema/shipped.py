"""What ships in schema/: the SQL that builds it, what that builds, and the migrations that lead to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tapdb_ctl.providers.postgres.schema.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SNAPSHOT = "snapshot.json"


@dataclass(frozen=True)
class Shipped:
    """The folder schema/, read once; `snapshot_text` is parsed when somebody asks."""

    files: Mapping[str, str]
    snapshot_text: str

    @classmethod
    def read(cls, folder: Path) -> Shipped:
        """Everything in the folder that a provider needs."""
        files = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.sql"))}
        return cls(files, (folder / SNAPSHOT).read_text("utf-8"))

    @cached_property
    def snapshot(self) -> Snapshot:
        """What the SQL files build."""
        return Snapshot.loaded(self.snapshot_text)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the SQL files, names and contents."""
        content = "\0".join(f"{name}\0{sql}" for name, sql in self.files.items())
        return hashlib.sha256(content.encode()).hexdigest()
