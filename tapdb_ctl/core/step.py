"""Steps: single acts, as they will be done. What the plan shows is what apply runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.core.jsonvalue import JsonValue

Scalar: TypeAlias = str | int | bool | None


class Phase(StrEnum):
    """When a step runs; phases follow each other in this order, each with its own receipt."""

    STACK = "stack"
    SERVER = "server"
    DATABASE = "database"
    TRANSACTION = "transaction"
    CONCURRENT = "concurrent"
    COGNITO = "cognito"


@dataclass(frozen=True, slots=True)
class Sql:
    """A statement with its bound values.

    `text` may hold `{rows}` once: there goes a VALUES row of the shape `form`, such as `(%s, %s::jsonb)`.
    Steps of one text and form are sent together, many rows in one statement.
    """

    text: str
    row: tuple[Scalar, ...] = ()
    form: str = ""

    def rendered(self) -> str:
        """The statement as text that psql runs, under standard_conforming_strings."""
        pieces = self.form.split("%s")
        values = [*map(literal, self.row), ""]
        return (
            self.text.replace("{rows}", "".join(p + v for p, v in zip(pieces, values, strict=True)))
            if self.form
            else self.text
        )


@dataclass(frozen=True, slots=True)
class Call:
    """An act that is not SQL: its name and its arguments, secrets left as references."""

    name: str
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One act.

    `rows` is how many rows the statement must touch; any other number means that the database moved.
    `lock` names the strongest table lock taken, on `tables`; `reverse` the SQL that undoes the step, where there
    is one. `consent` is the word that `--allow-destroy` must name for it.
    """

    title: str
    act: Sql | Call
    phase: Phase = Phase.TRANSACTION
    rows: int | None = None
    lock: str | None = None
    tables: tuple[str, ...] = ()
    consent: str | None = None
    data_loss: bool = False
    reverse: str | None = None

    @property
    def transactional(self) -> bool:
        """Whether a failure later in the same phase undoes it."""
        return self.phase is Phase.TRANSACTION


def literal(value: Scalar) -> str:
    """A value as an SQL literal.

    https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS: with
    standard_conforming_strings on, doubling the quote is all that a string needs.
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
