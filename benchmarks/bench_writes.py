"""What triggers and indexes cost writers: instances with 480 bytes of JSON, beside TAPDB 0.1.13 and without audit."""

from __future__ import annotations

from io import StringIO
from statistics import median
from typing import TYPE_CHECKING

from databases import COLUMNS, Databases, databases, instances, our_schema, text
from measure import Figure, Scale
from psycopg2.extras import execute_values

from upstream import schema_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

MAJOR = 16

UNAUDITED = """
    ALTER TABLE generic_instance DISABLE TRIGGER audit_insert_generic_instance;
    ALTER TABLE generic_instance DISABLE TRIGGER audit_update_generic_instance;
"""
COPY = f"COPY generic_instance ({COLUMNS}) FROM STDIN"
INSERT = f"INSERT INTO generic_instance ({COLUMNS}) VALUES %s"
UPDATE = "UPDATE generic_instance SET json_addl = jsonb_set(json_addl, '{properties,volume}', '7777')"
DELETE = "DELETE FROM generic_instance"

# Work -> its goals beside 0.1.13, and beside the same without audit.
GOALS = {
    "insert, COPY": ("≥ 2.5×", "≥ 0.65×"),
    "insert, `execute_values`": ("", ""),
    "update of one JSON key, one statement": ("≥ 5×", ""),
    "soft delete, one statement": ("≥ 3×", ""),
}


def figures(scale: Scale) -> Iterator[Figure]:
    """Rows per second; a ratio above 1 says how many times as fast."""
    count = scale.templates
    with databases(MAJOR) as on:
        built = {"0.1.13": (schema_sql(),), "ours": (our_schema(),), "without audit": (our_schema(), UNAUDITED)}
        for name, scripts in built.items():
            on.build(name, *scripts)
        rounds = [{name: _seconds(on, name, count) for name in built} for _ in range(scale.repeats)]
    for work, goals in GOALS.items():
        rate = {name: count / median(turn[name][work] for turn in rounds) for name in built}
        for other, goal in zip(("0.1.13", "without audit"), goals, strict=True):
            yield Figure(f"{work}, {count:,} instances", rate["ours"], "rows/s", goal, rate[other], other)


def _seconds(on: Databases, name: str, count: int) -> dict[str, float]:
    rows = instances(count)
    on.copy(name)
    copied = on.committed(lambda run: run.copy_expert(COPY, StringIO(text(rows))))
    on.copy(name)
    taken = (
        copied,
        on.committed(lambda run: execute_values(run, INSERT, rows, page_size=1000)),
        on.committed(lambda run: run.execute(UPDATE)),
        on.committed(lambda run: run.execute(DELETE)),
    )
    return dict(zip(GOALS, taken, strict=True))
