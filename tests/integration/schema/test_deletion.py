from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg2 import errors

if TYPE_CHECKING:
    from managed import Tapdb


@pytest.mark.parametrize("table", ["generic_template", "generic_instance", "generic_instance_lineage"])
def test_delete_keeps_the_row(tapdb: Tapdb, table: str) -> None:
    parent, child = tapdb.instances(tapdb.template(), 2)
    tapdb.edge(parent, child)
    count = tapdb.value(f"SELECT count(*) FROM {table}")
    tapdb.run(f"DELETE FROM {table}")
    assert tapdb.row(f"SELECT count(*), bool_and(is_deleted) FROM {table}") == (count, True)


@pytest.mark.parametrize("table", ["generic_template", "generic_instance", "generic_instance_lineage"])
def test_truncate_is_refused(tapdb: Tapdb, table: str) -> None:
    assert "DELETE" in tapdb.refused(errors.InsufficientPrivilege, f"TRUNCATE {table} CASCADE")


def test_users_are_deleted_for_real(tapdb: Tapdb) -> None:
    tapdb.run("INSERT INTO tapdb_user (username) VALUES ('somebody')")
    assert tapdb.run("DELETE FROM tapdb_user") == 1


def test_a_singleton_can_be_made_again(tapdb: Tapdb) -> None:
    template = tapdb.template()
    (first,) = tapdb.instances(template, singleton=True)
    tapdb.run("SAVEPOINT one")
    with pytest.raises(errors.UniqueViolation):
        tapdb.instances(template, singleton=True)
    tapdb.run("ROLLBACK TO one")
    tapdb.run("DELETE FROM generic_instance WHERE uuid = %s", first)
    (second,) = tapdb.instances(template, singleton=True)
    assert second != first


def test_an_edge_can_be_made_again(tapdb: Tapdb) -> None:
    parent, child = tapdb.instances(tapdb.template(), 2)
    first = tapdb.edge(parent, child)
    tapdb.run("DELETE FROM generic_instance_lineage WHERE uuid = %s", first)
    assert tapdb.edge(parent, child) != first


def test_a_template_code_is_unique_also_among_the_deleted(tapdb: Tapdb) -> None:
    template = tapdb.template()
    tapdb.run("DELETE FROM generic_template WHERE uuid = %s", template)
    with pytest.raises(errors.UniqueViolation):
        tapdb.template()
