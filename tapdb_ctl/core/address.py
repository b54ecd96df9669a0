"""Addresses: the stable, sortable names of everything that tapdb reconciles.

An address is `TYPE.NAME`: `template.container/plate/fixed-plate-96/1.0`, `prefix.CX`. The grammar of
every type stands in docs/addresses.md. It is what a plan prints and what `--target` takes.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

TYPES = ("server", "database", "environment", "schema", "identity", "prefix", "template", "stack", "cognito")
"""What an address can begin with."""

_PLAIN = re.compile(r"[A-Za-z0-9._/\-(),\[\] ]+")
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')


class Address(NamedTuple):
    """A resource's name; compares and sorts by type, then by name, bytewise."""

    type: str
    name: str

    def __str__(self) -> str:
        """The text form; a name with unusual characters is quoted as a PostgreSQL identifier is."""
        name = self.name if _PLAIN.fullmatch(self.name) else '"' + self.name.replace('"', '""') + '"'
        return f"{self.type}.{name}"

    @property
    def kind(self) -> str:
        """What it is, as `--allow-destroy` takes it: the type, and for a database object its kind (`column`)."""
        return self.name.partition("/")[0] if self.type == "schema" else self.type

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form back; raises ValueError when it is none."""
        kind, dot, name = text.partition(".")
        if quoted := _QUOTED.fullmatch(name):
            return cls(kind, quoted[1].replace('""', '"'))
        if not (dot and kind and _PLAIN.fullmatch(name)):
            message = f"not an address: {text!r}"
            raise ValueError(message)
        return cls(kind, name)


def select(pattern: str, addresses: Collection[Address]) -> set[Address]:
    """The addresses that a `--target` or `--exclude` pattern means.

    An exact address matches itself before the pattern is read as a glob, so that brackets in a
    function's argument types need no escaping; `*` crosses `/`.
    """
    exact = {address for address in addresses if str(address) == pattern}
    return exact or {address for address in addresses if fnmatchcase(str(address), pattern)}


def closure(wanted: Iterable[Address], needs: Mapping[Address, Collection[Address]]) -> set[Address]:
    """`wanted` and everything that it needs, directly or not."""
    found: set[Address] = set()
    pending = list(wanted)
    while pending:
        address = pending.pop()
        if address not in found:
            found.add(address)
            pending.extend(needs.get(address, ()))
    return found
