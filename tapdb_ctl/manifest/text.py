"""Text that variables touched, told apart by its type."""

from __future__ import annotations


class Filled(str):
    """Text that came from a variable: read as a number or a boolean where a field wants one."""

    __slots__ = ()


class Unset(str):
    """Text with a variable that has no value, as it stands in the file: whatever a field wants, it may yet be."""

    __slots__ = ()
