"""Text that variables touched, told apart by its type; and what is no text at all."""

from __future__ import annotations


class Filled(str):
    """Text that came from a variable: read as a number or a boolean where a field wants one."""

    __slots__ = ()


class Unset(str):
    """Text with a variable that has no value, as it stands in the file: whatever a field wants, it may yet be."""

    __slots__ = ()


def is_text(value: str) -> bool:
    """Whether a value from the command line or the environment was UTF-8.

    Python keeps other bytes as halves of surrogate pairs (https://peps.python.org/pep-0383/).
    """
    return not any("\ud800" <= each <= "\udfff" for each in value)
