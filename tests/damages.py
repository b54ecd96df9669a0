"""Damage to every object of the managed schema, derived from the shipped snapshot, so that no object is forgotten.

`dropped` takes a whole object away; each of DAMAGES changes one attribute of every object that has it. What PostgreSQL
itself refuses, such as the type of a column that a trigger names, is no damage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from tapdb_ctl.assets import asset
from tapdb_ctl.core.address import Address
from tapdb_ctl.providers.postgres.schema.names import kind, parts
from tapdb_ctl.providers.postgres.schema.shipped import Shipped

if TYPE_CHECKING:
    from tapdb_ctl.core.jsonvalue import Attributes

OBJECTS = Shipped.read(asset("schema")).snapshot.resources


def dropped(at: Address) -> str:
    """The statement that drops an object and all that hangs on it."""
    what, names = kind(at), at.name.partition("/")[2].split(".")
    match what:
        case "column" | "constraint":
            return f"ALTER TABLE {names[0]} DROP {what} {names[1]} CASCADE"
        case "trigger":
            return f"DROP TRIGGER {names[1]} ON {names[0]}"
    return f"DROP {what} {names[0]} CASCADE"


def _on(wanted: str, form: str) -> Iterator[tuple[Address, str]]:
    """The same statement for every object of a kind; {0} and {1} are the parts of its name, others its attributes."""
    for at, resource in sorted(OBJECTS.items()):
        if kind(at) == wanted:
            names = [at.name.partition("/")[2]] if wanted == "function" else parts(at)
            yield at, form.format(*names, **resource.attributes)


def _each(wanted: str, statement: Callable[[tuple[str, ...], Attributes], str | None]) -> Iterator[tuple[Address, str]]:
    """A statement of its own for each object of a kind, or none."""
    for at, resource in sorted(OBJECTS.items()):
        if kind(at) == wanted and (sql := statement(parts(at), resource.attributes)):
            yield at, sql


Damage: TypeAlias = Callable[[], Iterator[tuple[Address, str]]]

OTHER_VALUES = {"text": "'odd'", "boolean": "(7 > 0)", "jsonb": "'[7]'", "timestamp with time zone": "'epoch'"}
OTHER_TYPES = {
    "text": "varchar(60)",
    "bigint": "integer",
    "integer": "bigint",
    "boolean": "text",
    "timestamp with time zone": "timestamp",
    "jsonb": "json",
    "xid8": "text",
}


def _table(form: str) -> Damage:
    return lambda: _on("table", form)


def _column(act: str, where: Callable[[Any], bool] = bool) -> Damage:
    def statement(names: tuple[str, ...], column: Any) -> str | None:
        known = {
            "other_value": OTHER_VALUES.get(column["type"], "'7'"),
            "other_type": OTHER_TYPES.get(column["type"], "text"),
        }
        return f"ALTER TABLE {names[0]} {act.format(names[1], **known, **column)}" if where(column) else None

    return lambda: _each("column", statement)


def _constraint(definition: Callable[[str], str | None]) -> Damage:
    def statement(names: tuple[str, ...], constraint: Any) -> str | None:
        if other := definition(constraint["definition"]):
            return f"ALTER TABLE {names[0]} DROP CONSTRAINT {names[1]} CASCADE, ADD CONSTRAINT {names[1]} {other}"
        return None

    return lambda: _each("constraint", statement)


def _redefined(definition: str) -> str:
    if definition.startswith("CHECK"):
        return "CHECK (true)"
    return f"{definition} {'ON DELETE CASCADE' if definition.startswith('FOREIGN') else 'DEFERRABLE'}"


def _index(definition: Callable[[str], str]) -> Damage:
    def statement(names: tuple[str, ...], index: Any) -> str:
        return f"DROP INDEX {names[0]}; {definition(index['definition'])}"

    return lambda: _each("index", statement)


def _uniqueness(definition: str) -> str:
    unique = "CREATE UNIQUE INDEX"
    return (
        definition.replace(unique, "CREATE INDEX")
        if definition.startswith(unique)
        else definition.replace("CREATE INDEX", unique)
    )


def _trigger(form: str) -> Damage:
    def statement(names: tuple[str, ...], trigger: Any) -> str:
        head, _, call = trigger["definition"].partition(" EXECUTE FUNCTION ")
        return form.format(*names, head=head.removeprefix("CREATE "), function=call.partition("(")[0])

    return lambda: _each("trigger", statement)


def _function(form: str, where: Callable[[Any], bool] = bool) -> Damage:
    """`form` may name the signature, {0}, and the parts of a definition."""
    bodies = {"void": "BEGIN END", "SETOF audit_log": "BEGIN RETURN; END"}

    def statements() -> Iterator[tuple[Address, str]]:
        for at, resource in sorted(OBJECTS.items()):
            function: Any = resource.attributes
            if kind(at) == "function" and where(function):
                signature = at.name.partition("/")[2]
                name, body = signature.partition("(")[0], bodies.get(function["returns"], "BEGIN RETURN NULL; END")
                yield (
                    at,
                    form.format(
                        signature,
                        **{**function, "name": name, "body": body, "rest": function["arguments"].partition(" ")[2]},
                    ),
                )

    return statements


def _sequence(form: str) -> Damage:
    return lambda: _on("sequence", form)


MADE = "FUNCTION {name}({arguments}) RETURNS {returns} LANGUAGE plpgsql AS '{body}'"
ANEW = "DROP FUNCTION {0} CASCADE; CREATE "

DAMAGES: dict[str, Damage] = {
    "table comment": _table("COMMENT ON TABLE {0} IS 'odd'"),
    "table open to PUBLIC": _table("GRANT SELECT, TRUNCATE ON {0} TO PUBLIC"),
    "table unlogged": _table("ALTER TABLE {0} SET UNLOGGED"),
    "column without default": _column("ALTER {0} DROP DEFAULT", lambda c: "default" in c),
    "column default": _column("ALTER {0} SET DEFAULT {other_value}", lambda c: "identity" not in c),
    "column nullable": _column("ALTER {0} DROP NOT NULL", lambda c: c["not_null"]),
    "column not null": _column("ALTER {0} SET NOT NULL", lambda c: not c["not_null"]),
    "column type": _column("ALTER {0} DROP DEFAULT, ALTER {0} TYPE {other_type} USING {0}::text::{other_type}"),
    "column collation": _column('ALTER {0} TYPE text COLLATE "POSIX"', lambda c: c["type"] == "text"),
    "column comment": lambda: _on("column", "COMMENT ON COLUMN {0}.{1} IS 'odd'"),
    "column open to PUBLIC": lambda: _on("column", "GRANT SELECT ({1}), UPDATE ({1}) ON {0} TO PUBLIC"),
    "column always generated": _column("ALTER {0} SET GENERATED ALWAYS", lambda c: "identity" in c),
    "column without identity": _column("ALTER {0} DROP IDENTITY", lambda c: "identity" in c),
    "column numbered by sevens": _column("ALTER {0} SET INCREMENT 7 SET CYCLE", lambda c: "identity" in c),
    "column with identity": _column(
        "ALTER {0} ADD GENERATED ALWAYS AS IDENTITY",
        lambda c: c["type"] == "bigint" and c["not_null"] and not c.keys() & {"default", "identity"},
    ),
    "column computed": _column(
        "DROP {0} CASCADE, ADD {0} {type} GENERATED ALWAYS AS (NULL::{type}) STORED", lambda c: not c["not_null"]
    ),
    "constraint redefined": _constraint(_redefined),
    "constraint not valid": _constraint(lambda d: f"{d} NOT VALID" if d.startswith(("CHECK", "FOREIGN")) else None),
    "constraint comment": lambda: _on("constraint", "COMMENT ON CONSTRAINT {1} ON {0} IS 'odd'"),
    "index partial": _index(lambda d: f"{d.partition(' WHERE ')[0]} WHERE false"),
    "index uniqueness": _index(_uniqueness),
    "index invalid": lambda: _on("index", "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{0}'::regclass"),
    "index comment": lambda: _on("index", "COMMENT ON INDEX {0} IS 'odd'"),
    "trigger redefined": _trigger("CREATE OR REPLACE {head} EXECUTE FUNCTION tapdb_refuse('odd')"),
    "trigger of another sort": _trigger(
        "DROP TRIGGER {1} ON {0};"
        "CREATE CONSTRAINT TRIGGER {1} AFTER INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION {function}()"
    ),
    "trigger disabled": _trigger("ALTER TABLE {0} DISABLE TRIGGER {1}"),
    "trigger for replicas": _trigger("ALTER TABLE {0} ENABLE REPLICA TRIGGER {1}"),
    "trigger always": _trigger("ALTER TABLE {0} ENABLE ALWAYS TRIGGER {1}"),
    "trigger comment": _trigger("COMMENT ON TRIGGER {1} ON {0} IS 'odd'"),
    "function body": _function(f"CREATE OR REPLACE {MADE}"),
    "function volatility": _function("ALTER FUNCTION {0} VOLATILE", lambda f: f["volatility"] != "volatile"),
    "function stable": _function("ALTER FUNCTION {0} STABLE", lambda f: f["volatility"] != "stable"),
    "function strict": _function("ALTER FUNCTION {0} STRICT", lambda f: not f["strict"]),
    "function not strict": _function("ALTER FUNCTION {0} CALLED ON NULL INPUT", lambda f: f["strict"]),
    "function parallel": _function("ALTER FUNCTION {0} PARALLEL RESTRICTED"),
    "function definer": _function("ALTER FUNCTION {0} SECURITY DEFINER", lambda f: f["security"] == "invoker"),
    "function invoker": _function("ALTER FUNCTION {0} SECURITY INVOKER", lambda f: f["security"] == "definer"),
    "function leakproof": _function("ALTER FUNCTION {0} LEAKPROOF"),
    "function cost": _function("ALTER FUNCTION {0} COST 7"),
    "function rows": _function("ALTER FUNCTION {0} ROWS 7", lambda f: f["returns"].startswith("SETOF")),
    "function with settings": _function("ALTER FUNCTION {0} SET work_mem = '7MB'"),
    "function without settings": _function("ALTER FUNCTION {0} RESET ALL", lambda f: "settings" in f),
    "function comment": _function("COMMENT ON FUNCTION {0} IS 'odd'"),
    "function closed to PUBLIC": _function("REVOKE EXECUTE ON FUNCTION {0} FROM PUBLIC", lambda f: "public" in f),
    "function open to PUBLIC": _function("GRANT EXECUTE ON FUNCTION {0} TO PUBLIC", lambda f: "public" not in f),
    "function of other result": _function(
        ANEW + "FUNCTION {name}({arguments}) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'"
    ),
    "function of other arguments": _function(
        ANEW + MADE.replace("{arguments}", "odd {rest}"), lambda f: f["arguments"]
    ),
    "function is a procedure": _function(ANEW + "PROCEDURE {name}({arguments}) LANGUAGE plpgsql AS 'BEGIN END'"),
    "sequence increment": _sequence("ALTER SEQUENCE {0} INCREMENT 7"),
    "sequence bounds": _sequence("ALTER SEQUENCE {0} MINVALUE -7 MAXVALUE 7000000"),
    "sequence start": _sequence("ALTER SEQUENCE {0} START 7"),
    "sequence cache": _sequence("ALTER SEQUENCE {0} CACHE 7"),
    "sequence cycle": _sequence("ALTER SEQUENCE {0} CYCLE"),
    "sequence type": _sequence("ALTER SEQUENCE {0} AS integer"),
    "sequence unlogged": _sequence("ALTER SEQUENCE {0} SET UNLOGGED"),
    "sequence comment": _sequence("COMMENT ON SEQUENCE {0} IS 'odd'"),
    "sequence open to PUBLIC": _sequence("GRANT USAGE, SELECT ON SEQUENCE {0} TO PUBLIC"),
}
