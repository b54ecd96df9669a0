"""Which live templates create instances of others, by their layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.providers.postgres.queries import query
from tapdb_ctl.versions import LATEST, version_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tapdb_ctl.providers.postgres.session import Session

_ANY = f"/{LATEST}"


def inspect(session: Session, codes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """For each of the codes, the live templates whose layouts create its instances, in one statement."""
    stems = {_stem(code) for code in codes}
    children = [*codes, *(stem + _ANY for stem in stems)]
    values = {"children": "\n".join(children), "stems": "\n".join(stems)}
    return creators({code: made or () for code, made in session.tried(query("impact_layouts"), values)}, codes)


def creators(live: Mapping[str, Iterable[str]], codes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The same from live templates and what their layouts name; `*` is the highest live version."""
    highest = _highest(live, {_stem(c) for children in live.values() for c in children if c.endswith(_ANY)})
    found: dict[str, set[str]] = {code: set() for code in codes}
    for parent, children in live.items():
        for child in children:
            meant = highest.get(_stem(child)) if child.endswith(_ANY) else child
            if meant in found and meant != parent:
                found[meant].add(parent)
    return {code: tuple(sorted(parents)) for code, parents in found.items()}


def _highest(codes: Iterable[str], stems: Collection[str]) -> dict[str, str]:
    """The code of the highest version by its first three parts, where these are among `stems`."""
    ordered = sorted((c for c in codes if _stem(c) in stems), key=lambda code: version_order(code.rpartition("/")[2]))
    return {_stem(code): code for code in ordered}


def _stem(code: str) -> str:
    return code.rpartition("/")[0]
