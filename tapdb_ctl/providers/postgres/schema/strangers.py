"""What is in the managed schema and not ours: listed, never dropped, but for columns of our own tables."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.step import identifier
from tapdb_ctl.errors import Finding, Severity
from tapdb_ctl.providers.postgres.schema.names import granted, kind, parts
from tapdb_ctl.providers.postgres.schema.repair import grants

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.resource import Resource
    from tapdb_ctl.providers.postgres.schema.snapshot import Strangers
    from tapdb_ctl.providers.postgres.session import Session


def marked(
    objects: Mapping[Address, Resource], known: Collection[Address], revoked: Collection[str]
) -> dict[Address, Resource]:
    """The same objects, as surplus those columns of our tables that are not ours, and grants to the roles `revoked`."""

    def surplus(at: Address) -> bool:
        return at not in known and (kind(at) == "column" or (kind(at) == "grant" and granted(at)[0] in revoked))

    return {at: replace(r, surplus=surplus(at)) for at, r in objects.items()}


def findings(
    session: Session,
    objects: Mapping[Address, Resource],
    known: Collection[Address],
    roles: Collection[str],
    unseen: Collection[Address],
) -> Iterator[Finding]:
    """A finding for each object on our tables that is not ours, and for each role with privileges beyond its own.

    Values of the columns `unseen` are not counted.
    """
    unknown = {at: r for at, r in sorted(objects.items()) if at not in known}
    yield from _columns(session, [at for at in unknown if kind(at) == "column"], unseen)
    own = [r for at, r in unknown.items() if kind(at) == "grant" and not r.surplus and r.within is None]
    yield from _grants(own, session, roles)
    yield from (_listed(at) for at in unknown if kind(at) not in {"grant", "column"})


def elsewhere(strangers: Iterable[Strangers]) -> Iterator[Finding]:
    """A finding for each kind of object beside ours."""
    for what, number, first in strangers:
        yield Finding(
            "PG044",
            "the schema also holds what is not tapdb's",
            f"{number} {what}{'s' if number > 1 else ''}: {', '.join(first)}{', …' if len(first) < number else ''}",
            "they are left as they are; give TAPDB a schema of its own where you can",
            Severity.INFO,
        )


def creators(roles: Iterable[str], schema: str) -> Iterator[Finding]:
    """A warning when others may put objects beside ours, which functions that act as the owner could come to call."""
    for role in roles:
        name = identifier(role) if role else "PUBLIC"
        yield Finding(
            "PG055",
            "others may create objects in the managed schema",
            f"{name}: what they make there may be called with the rights of the tables' owner",
            f"REVOKE CREATE ON SCHEMA {identifier(schema)} FROM {name}",
            Severity.WARNING,
        )


def _listed(at: Address) -> Finding:
    return Finding(
        "PG041",
        "something on our tables is not tapdb's",
        f"{at} is left as it is",
        "drop it by hand if nobody needs it",
        Severity.WARNING if kind(at) in {"trigger", "rule", "constraint"} else Severity.INFO,
        address=str(at),
    )


def _columns(session: Session, surplus: Collection[Address], unseen: Collection[Address]) -> Iterator[Finding]:
    """What would be lost, counted where that can be; nothing is asked when there is nothing to lose."""
    yield from (_surplus(at, "its values are hidden from this role") for at in surplus if at in unseen)
    if not (counted := [at for at in surplus if at not in unseen]):
        return
    counts = (
        f"SELECT count({identifier(name)}), count(*) FROM {identifier(on)}"  # noqa: S608  # quoted identifiers
        for on, name in map(parts, counted)
    )
    for at, (values, rows) in zip(counted, session.rows(" UNION ALL ".join(counts)), strict=True):
        yield _surplus(at, f"{values} of {rows} rows have a value in it")


def _surplus(at: Address, loss: str) -> Finding:
    return Finding(
        "PG042",
        "a column that is not TAPDB's",
        f"{at} would be dropped; {loss}",
        f"`--allow-destroy column` drops it, `--exclude '{at}'` keeps it out of the plan",
        Severity.WARNING,
        address=str(at),
    )


def _grants(unknown: Iterable[Resource], session: Session, roles: Collection[str]) -> Iterator[Finding]:
    given: dict[str, dict[Address, str]] = defaultdict(dict)
    for resource in unknown:
        role, thing = granted(resource.address)
        given[role][thing] = ", ".join(map(str, _listing(resource.attributes["privileges"])))
    for role, things in given.items():
        revoking = f"left as they are; to take them away: {grants.revocation(role, things, session.settings.schema)}"
        asking = "left as they are; `--prune`, with `--allow-destroy grant`, takes them away"
        yield Finding(
            "PG043",
            "a role has privileges that the manifest does not declare",
            f"{role}: {'; '.join(f'{privileges} on {thing.name}' for thing, privileges in things.items())}",
            asking if role in roles else revoking,
            Severity.WARNING if role in roles else Severity.INFO,
        )


def _listing(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
