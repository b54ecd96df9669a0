"""What ships in schema/: the SQL that builds it, what that builds, and the migrations that lead to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from tapdb_ctl.assets import digest, texts
from tapdb_ctl.providers.postgres.schema.migrations import Migration
from tapdb_ctl.providers.postgres.schema.names import parts
from tapdb_ctl.providers.postgres.schema.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.resource import Resource

SNAPSHOT = "snapshot.json"
MIGRATIONS = "migrations"
META = "tapdb_meta"


@dataclass(frozen=True)
class Shipped:
    """The folder schema/, read once; `snapshot_text` is parsed when somebody asks."""

    files: Mapping[str, str]
    snapshot_text: str
    migrations: tuple[Migration, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Shipped:
        """Everything in the folder that a provider needs."""
        files = texts(folder, "*.sql")
        migrations = tuple(map(Migration.read, sorted((folder / MIGRATIONS).glob("*.sql"))))
        return cls(files, (folder / SNAPSHOT).read_text("utf-8"), migrations)

    @cached_property
    def snapshot(self) -> Snapshot:
        """What the SQL files build."""
        return Snapshot.loaded(self.snapshot_text)

    @cached_property
    def resources(self) -> Mapping[Address, Resource]:
        """The objects of the schema, which come after every migration, and the migrations themselves."""
        ran = {m.address: m.resource for m in self.migrations}
        objects = {at: replace(r, needs=(*r.needs, *ran)) for at, r in self.snapshot.resources.items()}
        return {**ran, **objects}

    @cached_property
    def records(self) -> tuple[Address, ...]:
        """The objects of tapdb_meta, without which nothing can be recorded."""
        return tuple(at for at in self.snapshot.resources if parts(at)[0] == META)

    @property
    def recorded(self) -> dict[str, str]:
        """What a database of this schema records of its migrations."""
        return {m.name: m.sha256 for m in self.migrations}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the SQL files, names and contents."""
        return digest(self.files)
