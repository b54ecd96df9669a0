"""Finds the SQL of the runtime library: one statement a file, in sql/."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

_FOLDER = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> TextClause:
    """The statement in `sql/NAME.sql`, its values to be bound as `:name`."""
    return text((_FOLDER / f"{name}.sql").read_text("utf-8"))
