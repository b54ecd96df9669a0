"""Repairs of a saved plan, and of a part of a plan: by the real process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folders import pack

if TYPE_CHECKING:
    from folders import Folder


def converged(folder: Folder) -> None:
    folder.write(pack(2))
    code, _, errors = folder.run("apply", "--auto-approve")
    assert code == 0, errors


def test_a_saved_plan_makes_a_lost_table_again(folder: Folder) -> None:
    converged(folder)
    folder.world.sql("DROP TABLE tapdb_guard, tapdb_deleted_edge; ALTER TABLE generic_instance DROP COLUMN bstatus")
    folder.run("plan", "--out", "repair.plan")
    code, _, errors = folder.run("apply", "repair.plan", "--auto-approve")
    assert code == 0, errors
    assert folder.run("plan", "--detailed-exitcode")[0] == 0


def test_templates_of_nobody_do_not_stop_a_repair_of_the_schema(folder: Folder) -> None:
    converged(folder)
    folder.world.sql("DELETE FROM tapdb_ownership; DROP INDEX idx_generic_instance_mod_dt")
    code, _, errors = folder.run("apply", "--auto-approve", "--target", "schema.*")
    assert code == 0, errors
    assert "PLN001" in folder.run("plan")[2] + folder.run("plan")[1]


def test_what_is_asked_for_is_what_apply_takes(folder: Folder) -> None:
    converged(folder)
    folder.world.sql("ALTER TABLE generic_instance ADD COLUMN colour text")
    assert "1 column would be destroyed: apply asks for --allow-destroy column." in folder.run("plan")[1]
    assert folder.run("apply", "--auto-approve", "--allow-destroy", "column")[0] == 0
