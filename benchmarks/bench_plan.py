"""Plan and apply of a large catalogue on an embedded server."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg2
from measure import Figure, Scale, by_turns, seconds
from projects import Project, project
from psycopg2.extras import execute_values

from tapdb_ctl.cli import wiring
from tapdb_ctl.core.report import Entry
from tapdb_ctl.engine.applying import Consent, apply
from tapdb_ctl.engine.planning import plan
from tapdb_ctl.engine.scoping import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    import packs


KINDS: dict[packs.Form, str] = {"plain": "templates of 0.4 kB", "json": "templates like real ones"}

SKELETON = "skeleton"
"""A database with schema and prefixes and no template: what the limit of an apply starts from."""

# What any tool has to do to see that nothing differs: read the files, and a digest of every live row.
DIGESTS = """\
SELECT category, type, subtype, version,
       sha256(convert_to(name || bstatus || json_addl::text || coalesce(json_addl_schema::text, ''), 'UTF8'))
  FROM generic_template"""

INSERT = """\
INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version, instance_prefix,
                              is_singleton, bstatus, json_addl, json_addl_schema) VALUES %s"""

COLUMNS = ("name", "polymorphic_discriminator", "category", "type", "subtype", "version", "instance_prefix")


def figures(scale: Scale) -> Iterator[Figure]:
    """Apply into nothing, then everything about an environment with nothing to do, for small and for real templates."""
    for form, kind in KINDS.items():
        with project(scale.templates, form) as made:
            yield from _first_apply(made, scale, kind)
            _applied(made)
            yield from _nothing_to_do(made, scale, kind)
            yield Figure(f"statements of that plan, {scale.templates:,} templates", _statements(made), "", "≤ 12")
    with project(10) as small:
        small.tapdb("apply", "--quiet", "--auto-approve")
        yield Figure("statements of that plan, 10 templates", _statements(small), "", "the same")


def _first_apply(made: Project, scale: Scale, kind: str) -> Iterator[Figure]:
    made.tapdb("apply", "--quiet", "--auto-approve", "--target", "prefix.*", "--target", "identity.*")
    _administer(made, f"ALTER DATABASE tapdb_dev RENAME TO {SKELETON}")
    whole, transaction, bare = by_turns(
        scale.repeats, lambda: _applied(made), lambda: _transacted(made), lambda: _inserted(made)
    )
    limit = "`execute_values` of the rows, same triggers"
    yield Figure(f"apply {scale.templates:,} {kind} into nothing, whole process", whole, "s", "", bare, limit)
    yield Figure("its transaction: locked, written, recorded, proved", transaction, "s", "≤ 1.5×", bare, limit)


def _applied(made: Project) -> float:
    _administer(made, "DROP DATABASE IF EXISTS tapdb_dev")
    return made.tapdb("apply", "--quiet", "--auto-approve")


def _transacted(made: Project) -> float:
    _administer(made, "DROP DATABASE IF EXISTS tapdb_dev", f"CREATE DATABASE tapdb_dev TEMPLATE {SKELETON}")
    loaded = made.load()
    with wiring.site(loaded, "benchmark", 10.0) as site:
        found = plan(loaded.desired, site.providers, Scope())
        report = apply(found, site.world, Consent(), Entry("benchmark", "0"), lambda _: None)
    return report.receipts[-1].seconds


def _inserted(made: Project) -> float:
    _administer(made, "DROP DATABASE IF EXISTS tapdb_dev", f"CREATE DATABASE tapdb_dev TEMPLATE {SKELETON}")
    rows = [_row(template) for path in _files(made) for template in json.loads(path.read_text())["templates"]]
    with closing(psycopg2.connect(**made.target.parameters())) as connection, connection, connection.cursor() as cursor:
        return seconds(lambda: (execute_values(cursor, INSERT, rows, page_size=1000), connection.commit()))


def _row(template: dict) -> tuple:
    schema = template.get("json_addl_schema")
    plain = tuple(template[column] for column in COLUMNS)
    return (*plain, False, "active", json.dumps(template["json_addl"]), json.dumps(schema) if schema else None)


def _nothing_to_do(made: Project, scale: Scale, kind: str) -> Iterator[Figure]:
    whole, applied, inside, least = by_turns(
        scale.repeats,
        lambda: made.tapdb("plan", "--detailed-exitcode"),
        lambda: made.tapdb("apply", "--quiet", "--auto-approve"),
        lambda: seconds(lambda: _plan(made)),
        lambda: seconds(lambda: _least(made)),
    )
    work = f"plan with nothing to do, {scale.templates:,} {kind}"
    yield Figure(f"{work}, whole process", whole, "s", "≤ 1.5 s")
    yield Figure("its peak memory", made.peak("plan"), "MiB", "≤ 200 MiB")
    yield Figure("inside that process", inside, "s", "≤ 5×", least, "`json.loads` and one SELECT of digests")
    yield Figure("apply with nothing to do, whole process", applied, "s", "≤ 1.2×", whole, "that plan")


def _plan(made: Project) -> None:
    loaded = made.load()
    with wiring.site(loaded, "benchmark", 10.0) as site:
        found = plan(loaded.desired, site.providers, Scope())
    assert not found.changes


def _least(made: Project) -> None:
    for path in _files(made):
        json.loads(path.read_text())
    with closing(psycopg2.connect(**made.target.parameters())) as connection, connection.cursor() as cursor:
        cursor.execute(DIGESTS)
        cursor.fetchall()


def _statements(made: Project) -> int:
    _administer(made, "ALTER DATABASE tapdb_dev SET log_statement = 'all'")
    made.tapdb("plan")
    return made.server.logs(1_000_000).count("LOG:  statement: ")


def _administer(made: Project, *statements: str) -> None:
    parameters = {**made.target.parameters(), "dbname": "postgres"}
    with closing(psycopg2.connect(**parameters)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


def _files(made: Project) -> list:
    return sorted((made.folder / "templates").rglob("*.json"))
