"""Numbers as manifests hold them: `int` or `Decimal`, never `float`, and no larger than can be handled safely.

PostgreSQL's numeric would take 131,072 digits (https://www.postgresql.org/docs/current/datatype-numeric.html), but
Python refuses to read an integer above 4,300, and `1e999999999` would need a gigabyte to print. A number out of
bounds becomes `NOT_STORABLE`, which `storable` reports with its place.
"""

from __future__ import annotations

from decimal import (
    Clamped,
    Context,
    Decimal,
    DecimalException,
    InvalidOperation,
    Overflow,
    Rounded,
    Subnormal,
    Underflow,
)

MAX_DIGITS = 4300
"""Digits of an integer, of a decimal's mantissa, and of a decimal on either side of its point when written out."""

NOT_STORABLE = Decimal("NaN")

_BOUNDS = Context(
    prec=MAX_DIGITS,
    Emax=MAX_DIGITS - 1,
    Emin=1 - MAX_DIGITS,
    traps=[Clamped, InvalidOperation, Overflow, Rounded, Subnormal, Underflow],
)

exact = _BOUNDS.create_decimal
"""The Decimal that a text writes; raises DecimalException when it is out of bounds. In C, for the parsers."""


def integer(text: str) -> int | Decimal:
    """The integer that `text` writes, or NOT_STORABLE."""
    return int(text) if len(text.lstrip("+-")) <= MAX_DIGITS else NOT_STORABLE


def decimal(text: str) -> Decimal:
    """The number that `text` writes, or NOT_STORABLE; minus zero is zero, as numeric has no other."""
    try:
        value = exact(text)
    except DecimalException:
        return NOT_STORABLE
    return value or value.copy_abs()
