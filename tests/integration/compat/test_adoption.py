"""A database that 0.1.13 built, filled and worked in is taken over without loss, and 0.1.13 works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from folders import Folder
from upstream_runs import Upstream, packs
from worlds import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pg_servers import Server

TABLES = ("generic_template", "generic_instance", "generic_instance_lineage", "audit_log", "tapdb_user")
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"


def contents(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every row with every column, and where every sequence stands."""
    rows = {table: world.sql(f"SELECT uuid, to_jsonb(t)::text FROM {table} AS t ORDER BY uuid") for table in TABLES}
    return {**rows, "sequences": world.sql(SEQUENCES)}


def test_nothing_is_lost_and_the_library_works_on(
    server: Server, fresh_database: Callable[[Server], str], tmp_path: Path
) -> None:
    world = World(server, fresh_database(server))
    library = Upstream(server, world.database, packs(tmp_path / "packs"))
    library.build()
    library.behave()
    folder = Folder(tmp_path, world)
    folder.write([])
    (tmp_path / "templates" / "lab" / "pack.json").unlink()
    before = contents(world)

    for arguments in (("--generate", "templates"), ("--auto-approve", "--no-strict")):
        code, out, err = folder.run("import", *arguments)
        assert code == 0, out + err
    after = contents(world)
    assert {name: rows[: len(before[name])] for name, rows in after.items() if name in TABLES} == {
        name: rows for name, rows in before.items() if name in TABLES
    }
    stood, stand = dict(before["sequences"]), dict(after["sequences"])
    assert all((stand[name] or 0) >= (stood[name] or 0) for name in stood)

    assert "No changes" in folder.run("plan", "--no-strict")[1]
    assert library.behave()
