"""What else in the database would make a repair fail: names that are taken, and what names a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding
from tapdb_ctl.providers.postgres.queries import query
from tapdb_ctl.providers.postgres.schema.names import kind, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.resource import Desired, Resource
    from tapdb_ctl.providers.postgres.session import Session

_INDEXED = ("PRIMARY KEY", "UNIQUE")
"""Constraints whose index has their name."""


def findings(session: Session, desired: Desired, live: Mapping[Address, Resource]) -> Iterator[Finding]:
    """An error for each repair that PostgreSQL would refuse; nothing is asked where there is nothing to repair."""
    schema = {"schema": session.settings.schema}
    if missing := dict(_missing(desired, live)):
        for name, what in session.rows(query("taken_names"), {"names": [*missing], **schema}):
            yield _hindered(missing[name], f"its name is taken by {what}", "rename that or drop it by hand")
    if changing := {parts(at): at for at in _changing(desired, live)}:
        tables, columns = zip(*changing, strict=True)
        for on, name, what in session.rows(
            query("column_users"), {"tables": [*tables], "columns": [*columns], **schema}
        ):
            yield _hindered(changing[on, name], f"{what} names it", "drop that by hand, apply, and make it again")


def _missing(desired: Desired, live: Mapping[Address, Resource]) -> Iterator[tuple[str, Address]]:
    """What is to be made and counts as a relation, by the name that it will have among these."""
    for at, wanted in desired.resources.items():
        if at.type != "schema" or at in live:
            continue
        match kind(at):
            case "table" | "sequence" | "index":
                yield parts(at)[0], at
            case "constraint" if str(wanted.attributes["definition"]).startswith(_INDEXED):
                yield parts(at)[1], at


def _changing(desired: Desired, live: Mapping[Address, Resource]) -> Iterator[Address]:
    """Columns that go or get another type."""
    for at, found in live.items():
        if at.type == "schema" and kind(at) == "column":
            wanted = desired.resources.get(at)
            if found.surplus or (wanted and wanted.attributes["type"] != found.attributes["type"]):
                yield at


def _hindered(at: Address, detail: str, hint: str) -> Finding:
    exclude = f"or leave the repair out with --exclude '{at}'"
    summary = "a difference that tapdb cannot repair"
    return Finding("PG040", summary, f"{at}: {detail}", f"{hint}, {exclude}", address=str(at))
