"""Makes sequences for prefixes, and leads them past what is in use; none is ever restarted or moved back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create, Delete, Update
from tapdb_ctl.core.step import Sql, Step, identifier, literal
from tapdb_ctl.errors import TapdbError
from tapdb_ctl.providers.postgres.prefixes.names import identity_sequence

if TYPE_CHECKING:
    from collections.abc import Iterator


_USUAL = "AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1 NO CYCLE"


def steps(change: Change) -> tuple[Step, ...]:
    """The sequence, past every number that its prefix has used; for an identity also the prefix itself."""
    if isinstance(change, Delete):
        raise TapdbError.of("PG022", "prefixes are never destroyed", str(change.address), "leave it; it costs nothing")
    resource = change.after
    if resource.address.type == "prefix":
        name = resource.address.name
        return tuple(_numbered(change, str(resource.attributes["sequence"]), name, "generic_instance"))
    entity, prefix = resource.address.name, str(resource.attributes["prefix"])
    return (*_numbered(change, identity_sequence(entity, prefix), prefix, entity), *_identity(change, entity, prefix))


def _identity(change: Change, entity: str, prefix: str) -> Iterator[Step]:
    match change:
        case Update(before=before) if before.attributes["prefix"] != prefix:
            text = (
                "UPDATE tapdb_identity_prefix_config AS c SET prefix = v.prefix, updated_dt = now()"
                " FROM (VALUES {rows}) AS v (entity, old, prefix) WHERE c.entity = v.entity AND c.prefix = v.old"
            )
            row = (entity, str(before.attributes["prefix"]), prefix)
            yield Step(f"change the prefix of {entity}", Sql(text, row, "(%s, %s, %s)"), rows=1)
        case Create():
            text = (
                "INSERT INTO tapdb_identity_prefix_config (entity, prefix) VALUES {rows}"
                " ON CONFLICT (entity) DO NOTHING"
            )
            yield Step(f"set the prefix of {entity}", Sql(text, (entity, prefix), "(%s, %s)"), rows=1)


def _numbered(change: Change, sequence: str, prefix: str, table: str) -> Iterator[Step]:
    """Create the sequence unless it is there; a fresh one starts past the highest number already used."""
    yield Step(f"create sequence {sequence}", Sql(f"CREATE SEQUENCE IF NOT EXISTS {identifier(sequence)}"))
    found = change.before.attributes if isinstance(change, Update) else {}
    if found.keys() - {"sequence", "prefix", "behind"}:
        usual = Sql(f"ALTER SEQUENCE {identifier(sequence)} {_USUAL}")
        yield Step(f"let {sequence} count by one", usual, lock="SHARE ROW EXCLUSIVE", tables=(sequence,))
    yield advanced(sequence, prefix, table) if "behind" in found else started(sequence, prefix, table)


def started(sequence: str, prefix: str, table: str) -> Step:
    """Move a sequence that has issued nothing past the highest number that its prefix has in `table`.

    No other is moved, so nothing can go backwards: `setval` beside concurrent `nextval` could.
    """
    start = (
        f"SELECT setval({literal(sequence)}, u.used) FROM ({_used(prefix, table)}) AS u, {identifier(sequence)} AS s"
        " WHERE NOT s.is_called AND s.last_value <= u.used"
    )
    return Step(f"start {sequence} past what {prefix} has used", Sql(start))


def advanced(sequence: str, prefix: str, table: str) -> Step:
    """Lead a sequence that was moved back past the highest number that its prefix has in `table`.

    tapdb_advance_sequence cannot move it back whatever other sessions do, and keeps none of them waiting.
    """
    advance = f"SELECT tapdb_advance_sequence({literal(sequence)}, u.used) FROM ({_used(prefix, table)}) AS u"
    return Step(f"move {sequence} past what {prefix} has used", Sql(advance))


def _used(prefix: str, table: str) -> str:
    return f"SELECT max(euid_seq) AS used FROM {table} WHERE euid_prefix = {literal(prefix)}"
