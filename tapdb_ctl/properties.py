"""Properties: paths into json_addl, the SQL that reads what stands there, and the indexes that templates declare on it.

PostgreSQL uses an index over an expression for queries that hold the same expression and whose condition implies the
index's own. So both texts come from here, spelled as PostgreSQL prints them, which lets a live index be compared. The
functions that they call are in schema/60_properties.sql.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self, TypeAlias, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

Path: TypeAlias = tuple[str, ...]
"""Keys from the outside in; one of digits also counts into a list."""

ValueType: TypeAlias = Literal["text", "numeric", "timestamptz", "boolean"]
"""What a value is read as; one of another type is NULL."""

PATH = r'([A-Za-z0-9_-]+|"([^"]|"")+")([.]([A-Za-z0-9_-]+|"([^"]|"")+"))*'
"""How a manifest writes a path: keys between dots, quoted as SQL identifiers are where they hold other characters."""

TABLE = "generic_instance"

_KEY = re.compile(r'"((?:[^"]|"")+)"|([A-Za-z0-9_-]+)')
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_READABLE = 25
"""Characters of a name that people read; repairs append to names, which PostgreSQL cuts at 63."""


def path(written: str) -> Path:
    """The keys of a path that matches PATH: `properties."lot.no"` has two."""
    return tuple(quoted.replace('""', '"') or plain for quoted, plain in _KEY.findall(written))


def written(path: Path) -> str:
    """The path as a manifest writes it, which `path` reads back."""
    return ".".join(key if _PLAIN.fullmatch(key) else '"' + key.replace('"', '""') + '"' for key in path)


def value(path: Path, read_as: ValueType, row: str = "") -> str:
    """The expression for what stands at a path of an instance; `row` is its alias where a query has several."""
    return f"{function(read_as)}({_column('json_addl', row)}, {_literal(_array(path))}::text[])"


def function(read_as: ValueType) -> str:
    """The name of the function that reads values so."""
    return f"tapdb_property_{read_as}"


def live_instances(code: str, row: str = "") -> str:
    """The condition for the instances of a template that are not deleted.

    The code rather than the template's uuid: it is the same in every database, and known before there is a template.
    """
    columns = zip(("category", "type", "subtype", "version"), code.split("/"), strict=True)
    parts = [f"{_column(name, row)} = {_literal(part)}::text" for name, part in columns]
    return " AND ".join([*parts, f"NOT {_column('is_deleted', row)}"])


@dataclass(frozen=True, slots=True)
class PropertyIndex:
    """An index over one path of the live instances of one template."""

    code: str
    path: Path
    read_as: ValueType
    unique: bool = False

    @classmethod
    def of(cls, definition: str) -> Self | None:
        """The index that a definition builds; None where it is none that a template can declare."""
        if not (found := _DEFINITION.fullmatch(definition)):
            return None
        unique, read_as, array, *code = (part.replace("''", "'") for part in found.groups(""))
        keys = tuple(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) or bare for quoted, bare in _ITEM.findall(array))
        if read_as not in get_args(ValueType) or not keys:
            return None
        index = cls("/".join(code), keys, cast("ValueType", read_as), bool(unique))
        return index if index.definition == definition else None

    @property
    def name(self) -> str:
        """Follows from template and path alone, so that another type or uniqueness rebuilds the same index."""
        digest = hashlib.sha256(f"{self.code}\n{_array(self.path)}".encode()).hexdigest()
        subtype, last = self.code.split("/")[2], self.path[-1]
        readable = re.sub("[^a-z0-9]+", "_", f"{subtype}_{last}".lower())[:_READABLE].strip("_")
        return f"tapdb_px_{readable}_{digest[:10]}"

    @property
    def definition(self) -> str:
        """The statement that builds it, as pg_get_indexdef prints it."""
        unique = "UNIQUE " if self.unique else ""
        expression, condition = value(self.path, self.read_as), live_instances(self.code)
        return f"CREATE {unique}INDEX {self.name} ON {TABLE} USING btree ({expression}) WHERE {condition}"


def _column(name: str, row: str) -> str:
    return f"{row}.{name}" if row else name


_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^"\\{},\s]+)', re.ASCII | re.DOTALL)
_TEXT = r"'((?:[^']|'')*)'"
_DEFINITION = re.compile(
    rf"CREATE (UNIQUE )?INDEX \w+ ON {TABLE} USING btree \(tapdb_property_([a-z]+)\(json_addl, {_TEXT}::text\[\]\)\)"
    rf" WHERE category = {_TEXT}::text AND type = {_TEXT}::text AND subtype = {_TEXT}::text AND version = {_TEXT}::text"
    " AND NOT is_deleted"
)
_BARE = re.compile(r'(?!null$)[^"\\{},\s]+', re.ASCII | re.IGNORECASE)


def _array(items: Iterable[str]) -> str:
    """A text array as PostgreSQL prints it.

    https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
    """
    return "{" + ",".join(item if _BARE.fullmatch(item) else _quoted(item) for item in items) + "}"


def _quoted(item: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", item) + '"'


def _literal(text: str) -> str:
    """A string constant under standard_conforming_strings, as in core.step, which an application need not load."""
    return "'" + text.replace("'", "''") + "'"
