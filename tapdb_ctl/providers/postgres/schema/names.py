"""The addresses of database objects, as docs/addresses.md spells them, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNUSUAL = re.compile(r'[./(),"]')
_GRANT = re.compile(r'grant/(?:"((?:[^"]|"")+)"|([^/"]+))/(.+)', re.DOTALL)
_PART = re.compile(r'"((?:[^"]|"")+)"|([^./"]+)')


def address(kind: str, name: Sequence[str]) -> Address:
    """The address of an object: ("trigger", ["generic_instance", "audit"]) is schema.trigger/generic_instance.audit.

    A function's name is its signature, a grant's the role, the kind of object and that object's own name.
    """
    if kind == "grant":
        role, of, *rest = name
        return Address("schema", f"grant/{_quoted(role)}/{address(of, rest).name}")
    if kind == "function":
        return Address("schema", f"function/{name[0]}")
    return Address("schema", f"{kind}/{'.'.join(map(_quoted, name))}")


def kind(address: Address) -> str:
    """What an address of type `schema` names: a `table`, a `column`, a `trigger`."""
    return address.name.partition("/")[0]


def parts(address: Address) -> tuple[str, ...]:
    """The identifiers in the address of an object: its table and its own name, or its own name alone.

    Not for functions, whose arguments are types.
    """
    _, _, name = address.name.partition("/")
    return tuple(quoted.replace('""', '"') or plain for quoted, plain in _PART.findall(name))


def granted(address: Address) -> tuple[str, Address]:
    """The role of a grant, and the address of what it is on."""
    match = _GRANT.fullmatch(address.name)
    assert match
    quoted, plain, thing = match.groups()
    return quoted.replace('""', '"') if quoted else plain, Address("schema", thing)


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"' if _UNUSUAL.search(part) else part
