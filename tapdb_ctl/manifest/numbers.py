"""Numbers as manifests hold them: `int` or `Decimal`, never `float`, and no larger than can be handled safely.

PostgreSQL's numeric would take 131,072 digits (https://www.postgresql.org/docs/current/datatype-numeric.html) and
Python refuses to read an integer above 4,300; nobody writes either on purpose, and `1e999999999` would need a
gigabyte to print. A number out of bounds becomes `NOT_STORABLE`, which `storable` reports with its place.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

MAX_DIGITS = 1000
"""Digits of an integer, and of a decimal's mantissa; also the largest power of ten, up or down."""

NOT_STORABLE = Decimal("NaN")


def integer(text: str) -> int | Decimal:
    """The integer that `text` writes, or NOT_STORABLE."""
    return int(text) if len(text) <= MAX_DIGITS else NOT_STORABLE


def decimal(text: str) -> Decimal:
    """The number that `text` writes, or NOT_STORABLE; minus zero is zero, as numeric has no other."""
    if len(text) > MAX_DIGITS:
        return NOT_STORABLE
    try:
        value = Decimal(text)
    except InvalidOperation:  # an exponent beyond what the decimal module itself can hold
        return NOT_STORABLE
    if not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS:
        return NOT_STORABLE
    return value or value.copy_abs()
