"""Reads templates: digests of all that are wanted or ours, contents of those that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.jsonvalue import depth, parse
from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.errors import DatabaseError, Finding, Severity
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.providers.postgres.session import Session


DEEPEST = 100
"""Levels of JSON that a live row may have; manifests allow fewer."""


class _Row(NamedTuple):
    address: Address
    owner: str | None
    protected: bool
    deleted: bool
    digest: str


def inspect(session: Session, desired: Desired, *, managed: bool) -> Live:
    """Every template that is wanted or owned by the environment's catalogues; before the schema is ours, nobody owns.

    Where the live digest is the desired one, the contents are equal and are not fetched. Where it is not,
    they are, in one statement, and compared value by value: 1.0 and 1 differ in digest and are still the
    same. Contents that no comparison will look at are left where they are.

    Raises DatabaseError when a row holds what tapdb cannot take in.
    """
    codes = [at.name for wanted in desired.resources.values() for at in _codes(wanted)]
    values = {"catalogs": sorted(desired.catalogs), "codes": "\n".join(codes)}
    digests = query("template_digests").replace("{ownership}", query("ownership" if managed else "no_ownership"))
    rows = [_Row(Address("template", code), *row) for code, *row in session.rows(digests, values)]
    former = {wanted.renamed_from for wanted in desired.resources.values()}
    differing = (row for row in rows if row.address in former or _differs(row, desired))
    contents = _contents(session, (row.address.name for row in differing))
    found = {
        row.address: Resource(
            row.address,
            contents.get(row.address.name) or _known(row, desired),
            needs=(BASELINE,),
            owner=row.owner,
            protected=row.protected,
        )
        for row in rows
    }
    return Live(found, {row.address: row.digest for row in rows}, tuple(_others(session, values)) if managed else ())


def unowned(session: Session, *, managed: bool) -> tuple[Address, ...]:
    """Every live template that no catalogue owns."""
    ownership = query("ownership" if managed else "no_ownership")
    rows = session.rows(query("unowned_templates").replace("{ownership}", ownership))
    return tuple(Address("template", code) for (code,) in rows)


def _codes(wanted: Resource) -> Iterator[Address]:
    """Where a wanted template may be found."""
    if wanted.address.type == "template":
        yield wanted.address
        if wanted.renamed_from:
            yield wanted.renamed_from


def _others(session: Session, values: Mapping[str, Any]) -> Iterator[Finding]:
    for catalog, count in session.rows(query("other_catalogs"), values):
        yield _nobodys(count) if catalog is None else _others_own(catalog, count)


def _others_own(catalog: str, count: int) -> Finding:
    return Finding(
        "PLN004",
        "the database holds templates of a catalogue that is not declared here",
        f"catalogue {catalog} owns {count}; they are left as they are",
        "declare it with `prune: true` and no templates to retire them, if nobody else manages it",
        severity=Severity.INFO,
    )


def _nobodys(count: int) -> Finding:
    return Finding(
        "PLN007",
        "the database holds live templates that nobody owns",
        f"{count}, which no manifest here declares; they are left as they are",
        "`tapdb import --generate DIR` writes packs of them, with which they can be adopted or retired",
        severity=Severity.INFO,
    )


def _differs(row: _Row, desired: Desired) -> bool:
    """Whether the row's contents will be compared, or shown because it is to be retired."""
    if wanted := desired.resources.get(row.address):
        return wanted.digest != row.digest
    return not row.deleted and desired.catalogs.get(row.owner or "", False)


def _known(row: _Row, desired: Desired) -> Attributes:
    wanted = desired.resources.get(row.address)
    return wanted.attributes if wanted else {"is_deleted": row.deleted}


def _contents(session: Session, codes: Iterable[str]) -> dict[str, Attributes]:
    wanted = "\n".join(codes)
    if not wanted:
        return {}
    rows = session.rows(query("template_contents"), {"codes": wanted})
    return {code: _readable(code, columns) for code, *columns in rows}


def _readable(code: str, columns: list[Any]) -> Attributes:
    try:
        attributes = _attributes(columns)
    except RecursionError:
        attributes = None
    if attributes is None or depth(attributes) > DEEPEST:
        raise DatabaseError.of(
            "PG024",
            "a live template is nested too deeply",
            f"template.{code} holds JSON of more than {DEEPEST} levels",
            "simplify the row, or retire it",
        )
    return attributes


def _attributes(columns: list[Any]) -> Attributes:
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
