"""Reads templates: digests of all that are wanted or ours, contents of those that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.jsonvalue import parse
from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.providers.postgres.session import Session


class _Row(NamedTuple):
    address: Address
    owner: str | None
    protected: bool
    digest: str


def inspect(session: Session, desired: Desired) -> Live:
    """Every template that is wanted or owned by the environment's catalogues.

    Where the live digest is the desired one, the contents are equal and are not fetched. The others are,
    in one statement, and compared value by value: 1.0 and 1 differ in digest and are still the same.
    """
    codes = [address.name for address in desired.resources if address.type == "template"]
    values = {"catalogs": sorted(desired.catalogs), "codes": "\n".join(codes)}
    rows = [_Row(Address("template", code), *row) for code, *row in session.rows(query("template_digests"), values)]
    contents = _contents(session, (row.address.name for row in rows if not _known(row, desired)))
    found = {
        row.address: Resource(
            row.address,
            contents.get(row.address.name) or desired.resources[row.address].attributes,
            needs=(BASELINE,),
            owner=row.owner,
            protected=row.protected,
        )
        for row in rows
    }
    return Live(found, {row.address: row.digest for row in rows})


def _known(row: _Row, desired: Desired) -> bool:
    wanted = desired.resources.get(row.address)
    return wanted is not None and wanted.digest == row.digest


def _contents(session: Session, codes: Iterable[str]) -> dict[str, Attributes]:
    wanted = "\n".join(codes)
    if not wanted:
        return {}
    return {row[0]: _attributes(row[1:]) for row in session.rows(query("template_contents"), {"codes": wanted})}


def _attributes(columns: tuple[Any, ...]) -> Attributes:
    name, discriminator, prefix, identity, singleton, status, json_addl, json_addl_schema, deleted = columns
    return {
        "name": name,
        "polymorphic_discriminator": discriminator,
        "instance_prefix": prefix,
        "instance_polymorphic_identity": identity,
        "is_singleton": singleton,
        "bstatus": status,
        "json_addl": parse(json_addl),
        "json_addl_schema": None if json_addl_schema is None else parse(json_addl_schema),
        "is_deleted": deleted,
    }
