"""Functions: replaced in place, without a lock on any table unless the language changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create
from tapdb_ctl.core.step import identifier, literal
from tapdb_ctl.providers.postgres.schema.repair.common import (
    SHARE_ROW_EXCLUSIVE,
    comment,
    differs,
    new,
    old,
    public,
    statement,
    text,
    unrepairable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.core.step import Step

_FIXED = ("kind", "arguments", "returns")
"""What CREATE OR REPLACE refuses to change."""

_WRITTEN = ("audit_log", "generic_instance", "generic_instance_lineage", "generic_template", "tapdb_user")
"""The tables whose triggers call functions. A statement under way would give the new body to the old language."""

_OWN_PATH = "search_path from current"


def steps(change: Change) -> Iterator[Step]:
    """CREATE OR REPLACE, then comment and PUBLIC's right to call it."""
    signature = change.address.name.partition("/")[2]
    if not isinstance(change, Create) and differs(change, *_FIXED):
        raise unrepairable(
            change,
            "its arguments or its result are others, and PostgreSQL replaces a function only when they stay",
            f"DROP FUNCTION {signature} CASCADE by hand; the next apply makes it again, with its triggers",
        )
    if differs(change, *(new(change).keys() | old(change).keys()) - {"comment", "public"}):
        made = isinstance(change, Create)
        reverse = f"DROP FUNCTION {_called(signature)}" if made else _definition(signature, old(change))
        writers = () if made or not differs(change, "language") else _WRITTEN
        lock = SHARE_ROW_EXCLUSIVE if writers else None
        title, sql = f"define function {signature}", _definition(signature, new(change))
        yield statement(title, sql, lock, *writers, reverse=reverse)
    yield from comment(change, f"FUNCTION {_called(signature)}")
    yield from public(change, f"FUNCTION {_called(signature)}")


def _called(signature: str) -> str:
    """The function with the types of its arguments; types are printed by PostgreSQL and need no quotes."""
    name, _, types = signature.partition("(")
    return f"{identifier(name)}({types}"


def _definition(signature: str, function: Attributes) -> str:
    name = identifier(signature.partition("(")[0])
    options = [
        f"LANGUAGE {function['language']}",
        text(function["volatility"]).upper(),
        *(["STRICT"] if function["strict"] else []),
        *(["LEAKPROOF"] if function["leakproof"] else []),
        *(["SECURITY DEFINER"] if function["security"] == "definer" else []),
        f"PARALLEL {text(function['parallel']).upper()}",
        f"COST {function['cost']}",
        *([f"ROWS {function['rows']}"] if "rows" in function else []),
        *_settings(function),
    ]
    return (
        f"CREATE OR REPLACE FUNCTION {name}({function['arguments']}) RETURNS {function['returns']}\n"
        f"{' '.join(options)}\n{_body(function)}"
    )


def _settings(function: Attributes) -> Iterator[str]:
    settings = function.get("settings")
    for setting in settings if isinstance(settings, (list, tuple)) else ():
        if setting == _OWN_PATH:
            yield "SET search_path FROM CURRENT"
        else:
            name, _, value = text(setting).partition("=")
            yield f"SET {name} TO {literal(value)}"


def _body(function: Attributes) -> str:
    if expression := function.get("expression"):
        return text(expression)
    body = text(function["body"])
    tag = next(tag for tag in ("$$", "$body$", *(f"$body{n}$" for n in range(len(body)))) if tag not in body)
    return f"AS {tag}{body}{tag}"
