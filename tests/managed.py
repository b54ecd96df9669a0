"""Sessions in the managed schema as schema/ builds it, without the reconciler."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from psycopg2 import sql

from tapdb_ctl.assets import asset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg2.extensions import connection

IDENTITY = """
    INSERT INTO tapdb_identity_prefix_config (entity, prefix) VALUES ('audit_log', 'TAD'), ('tapdb_user', 'TSR');
    CREATE SEQUENCE tad_audit_seq;
    CREATE SEQUENCE tsr_user_seq;
    CREATE SEQUENCE cx_instance_seq;
"""


@dataclass(frozen=True)
class Tapdb:
    """A session in the managed schema, with rows to be made in few words."""

    connection: connection

    def run(self, statement: str, *values: Any) -> int:
        """Execute, and say how many rows the server counted."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.rowcount

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall()

    def row(self, query: str, *values: Any) -> tuple[Any, ...]:
        (found,) = self.rows(query, *values)
        return found

    def value(self, query: str, *values: Any) -> Any:
        (found,) = self.row(query, *values)
        return found

    def refused(self, error: type[psycopg2.Error], statement: str, *values: Any) -> str:
        """The message with which the server refuses the statement; the transaction goes on."""
        self.run("SAVEPOINT before_refusal")
        with pytest.raises(error) as caught:
            self.run(statement, *values)
        self.run("ROLLBACK TO before_refusal")
        return str(caught.value)

    def template(self, prefix: str = "CX", subtype: str = "plate") -> int:
        return int(
            self.value(
                "INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version,"
                " instance_prefix, bstatus, is_singleton) VALUES"
                " ('plate', 'container_template', 'container', 'plate', %s, '1.0', %s, 'active', false) RETURNING uuid",
                subtype,
                prefix,
            )
        )

    def instances(
        self, template: int, count: int = 1, *, singleton: bool = False, euid: str | None = None
    ) -> list[int]:
        """Insert by one statement."""
        made = self.rows(
            "INSERT INTO generic_instance (euid, name, polymorphic_discriminator, category, type, subtype, version,"
            " template_uuid, json_addl, bstatus, is_singleton) SELECT %s, 'i', 'container_instance', category, type,"
            " subtype, version, uuid, '{\"properties\": {\"volume\": 1}}', 'created', %s"
            " FROM generic_template, generate_series(1, %s) WHERE uuid = %s RETURNING uuid",
            euid,
            singleton,
            count,
            template,
        )
        return [uuid for (uuid,) in made]

    def edge(self, parent: int, child: int, kind: str = "generic") -> int:
        return int(
            self.value(
                "INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid,"
                " child_instance_uuid, relationship_type)"
                " VALUES ('edge', 'generic_instance_lineage', %s, %s, %s) RETURNING uuid",
                parent,
                child,
                kind,
            )
        )

    def euid(self, table: str, uuid: int) -> str:
        return str(self.value(f"SELECT euid FROM {table} WHERE uuid = %s", uuid))

    def audited(self, table: str, uuid: int) -> list[tuple[Any, ...]]:
        """What happened to a row, in order: operation, column, old value, new value."""
        return self.rows(
            "SELECT operation_type, column_name, old_value, new_value FROM audit_log"
            " WHERE rel_table_name = %s AND rel_table_uuid_fk = %s ORDER BY uuid",
            table,
            uuid,
        )


def build_schema(dsn: str, name: str) -> None:
    """Run schema/ as apply does, and declare the prefixes that the tests use."""
    with closing(psycopg2.connect(dsn)) as session, session, session.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(name)))
        for file in sorted(asset("schema").glob("*.sql")):
            cursor.execute(file.read_text())
        cursor.execute(IDENTITY)


@contextmanager
def opened(dsn: str, search_path: str = "public") -> Iterator[Tapdb]:
    """A session of its own, in autocommit."""
    with closing(psycopg2.connect(dsn)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', %s, false)", (search_path,))
        yield Tapdb(session)
