"""What each secondary index costs an insert, and what it saves the query that it is for."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING, TypeAlias

from databases import COLUMNS, databases, instances, our_schema, text
from measure import Figure, Scale, by_turns, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg2.extensions import connection, cursor

    Work: TypeAlias = Callable[[cursor], object]

MAJOR = 16

COPY = f"COPY generic_instance ({COLUMNS}) FROM STDIN"

# Ten times as many rows as are inserted later, of 100 templates and as many classes, changed at different times.
FILL = """
    INSERT INTO generic_template (
        name, polymorphic_discriminator, category, type, subtype, version, instance_prefix, bstatus, is_singleton
    ) SELECT 'plate', 'container_template', 'container', 'plate', n, '1.0', 'CX', 'active', false
      FROM generate_series(1, 99) AS n;
    INSERT INTO generic_instance (
        name, polymorphic_discriminator, category, type, subtype, version, template_uuid, json_addl, bstatus,
        modified_dt
    ) SELECT 'sample', 'class_' || n % 100, 'container', 'plate', n % 100, '1.0', n % 100 + 1,
        jsonb_build_object('properties', jsonb_build_object('barcode', n, 'lot', n % 1000, 'notes', repeat('x', 400))),
        'created', now() - n * interval '1 minute'
      FROM generate_series(1, {count}) AS n;
    ANALYZE;
"""

# Index -> the query that it is for.
QUERIES = {
    "idx_generic_instance_template_uuid": "SELECT count(euid) FROM generic_instance WHERE template_uuid = 7",
    "idx_generic_instance_polymorphic_discriminator": (
        "SELECT count(euid) FROM generic_instance WHERE polymorphic_discriminator = 'class_7'"
    ),
    "idx_generic_instance_mod_dt": "SELECT euid FROM generic_instance ORDER BY modified_dt DESC LIMIT 50",
    "idx_generic_instance_json_addl_gin": (
        """SELECT euid FROM generic_instance WHERE json_addl @> '{"properties": {"barcode": 77}}'"""
    ),
    "idx_audit_log_rel_table_euid_fk": (
        "SELECT count(*) FROM audit_log WHERE rel_table_euid_fk = (SELECT euid FROM generic_instance WHERE uuid = 77)"
    ),
    "idx_audit_log_changed_at": (
        "SELECT count(*) FROM audit_log WHERE changed_at >= (SELECT changed_at FROM audit_log ORDER BY uuid DESC"
        " OFFSET 100 LIMIT 1)"
    ),
}


def figures(scale: Scale) -> Iterator[Figure]:
    """With the index beside without it, in transactions that are rolled back."""
    with databases(MAJOR) as on:
        on.build("filled", our_schema(), FILL.format(count=10 * scale.templates))
        rows = text(instances(scale.templates))
        with closing(on.connect("filled")) as session:
            for index, query in QUERIES.items():
                for work, does in (("insert, COPY", _copying(rows)), ("its query", _asking(query))):
                    beside, without = by_turns(
                        scale.repeats, partial(_in_vain, session, does), partial(_in_vain, session, does, without=index)
                    )
                    yield Figure(f"{work}, `{index}`", beside, "s", "", without, "without it")


def _copying(rows: str) -> Work:
    return lambda run: run.copy_expert(COPY, StringIO(rows))


def _asking(query: str) -> Work:
    return lambda run: run.execute(query)


def _in_vain(session: connection, work: Work, without: str | None = None) -> float:
    """How long the work takes, which is then rolled back."""
    with session.cursor() as run:
        if without:
            run.execute(f"DROP INDEX {without}")
        taken = seconds(lambda: work(run))
    session.rollback()
    return taken
