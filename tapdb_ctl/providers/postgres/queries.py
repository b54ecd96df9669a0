"""Finds the SQL that tapdb runs: one statement a file, in sql/."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"


@cache
def query(name: str) -> str:
    """The statement in `sql/NAME.sql`, its values to be bound by name."""
    return (_FOLDER / f"{name}.sql").read_text("utf-8")
