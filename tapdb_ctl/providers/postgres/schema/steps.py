"""One change of the schema to its statements: the whole of it where it is missing, an object where that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.providers.postgres.schema.repair import (
    columns,
    constraints,
    functions,
    grants,
    indexes,
    sequences,
    tables,
    triggers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.step import Step

_REPAIRS: dict[str, Callable[[Change], Iterator[Step]]] = {
    "table": tables.steps,
    "column": columns.steps,
    "constraint": constraints.steps,
    "index": indexes.steps,
    "trigger": triggers.steps,
    "function": functions.steps,
    "sequence": sequences.steps,
}


def steps(change: Change, schema: str) -> tuple[Step, ...]:
    """The statements that repair one object of a schema of this name; raises UnrepairableError when none do."""
    if change.address.kind == "grant":
        return tuple(grants.steps(change, schema))
    return tuple(_REPAIRS[change.address.kind](change))
