"""The real process, cut off and held up at chosen places; test_strikes.py leaves them to chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folders import pack
from proxy import Cut, proxied

if TYPE_CHECKING:
    from folders import Folder

COUNT = 2000
LIVE = "SELECT count(*) FROM generic_template WHERE NOT is_deleted"


def built(folder: Folder) -> bool:
    return folder.world.value("SELECT to_regclass('generic_template')") is not None


def converges(folder: Folder, count: int = COUNT) -> None:
    code, _, err = folder.run("apply", "--auto-approve")
    assert code == 0, err
    assert folder.world.value(LIVE) == count
    assert folder.world.value("SELECT count(*) = count(DISTINCT euid) FROM audit_log") is True
    assert folder.run("plan", "--detailed-exitcode")[0] == 0


def test_a_cut_connection_is_explained(folder: Folder) -> None:
    pages: list[bytes] = []

    def cut(message: bytes) -> None:
        if message[5:].startswith(b"INSERT INTO generic_template"):
            pages.append(message[:1])
            if len(pages) == 2:
                raise Cut

    with proxied(folder.world.server.port, cut) as port:
        folder.write(pack(COUNT), port)
        code, _, err = folder.run("apply", "--auto-approve")
    assert code == 1
    assert "PG010" in err
    folder.write(pack(COUNT))
    assert not built(folder)
    converges(folder)


def test_a_statement_that_takes_too_long_is_explained(folder: Folder) -> None:
    folder.write(pack(3))
    converges(folder, 3)
    folder.world.sql(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(20); RETURN NEW; END $$;"
        " CREATE TRIGGER slow BEFORE UPDATE ON generic_template FOR EACH ROW EXECUTE FUNCTION slow()"
    )
    folder.write(pack(3, bstatus="changed"))
    manifest = folder.path / "manifests" / "dev.yaml"
    manifest.write_text(manifest.read_text().replace("    name:", "    statement_timeout: 300ms\n    name:"))
    code, _, err = folder.run("apply", "--auto-approve")
    assert code == 1
    assert "PG006" in err
    assert folder.world.value("SELECT count(*) FROM generic_template WHERE bstatus = 'changed'") == 0


def test_processes_beside_each_other(folder: Folder) -> None:
    """All planned the same; one applies, the others find their plan stale or nothing left to do."""
    folder.write(pack(300))
    processes = [folder.start("apply", "--auto-approve") for _ in range(3)]
    codes = []
    for process in processes:
        with process:
            _, err = process.communicate(timeout=60)
            codes.append(process.returncode)
            assert "Traceback" not in err
            assert process.returncode == 0 or "stale" in err
    assert 0 in codes
    assert folder.world.value("SELECT count(*) FROM tapdb_ledger") == 1
    converges(folder, 300)
