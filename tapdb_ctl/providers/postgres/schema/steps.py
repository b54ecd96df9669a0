"""One change of the schema to its statements: the whole of it where it is missing, an object where that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.providers.postgres.schema.repair import (
    columns,
    constraints,
    functions,
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


def steps(change: Change) -> tuple[Step, ...]:
    """The statements that repair one object; raises UnrepairableError when none do."""
    return tuple(_REPAIRS[change.address.kind](change))
