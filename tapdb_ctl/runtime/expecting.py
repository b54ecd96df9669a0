"""Which edges templates expect, by what they declare as expected_inputs and expected_outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import inspect

from tapdb_ctl.errors import Finding
from tapdb_ctl.runtime.fitting import blueprints_of
from tapdb_ctl.runtime.judging import refuse
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage
from tapdb_ctl.runtime.refs import instances
from tapdb_ctl.versions import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.catalog import Catalog
    from tapdb_ctl.runtime.changes import Change
    from tapdb_ctl.runtime.models import generic_template


class _Ends(NamedTuple):
    parent: generic_instance
    child: generic_instance

    @property
    def name(self) -> str:
        return "->".join(end.euid or repr(end.name) for end in self)


def expect(
    session: Session, catalog: Catalog, waiting: Iterable[Change], templates: Sequence[generic_template] = ()
) -> None:
    """Raise InvalidInputError for edges in a session that the templates at their ends do not expect.

    `templates` are those that the same flush writes. At most three statements, none where all is known.
    """
    rows = [change.row for change in waiting if isinstance(change.row, generic_instance_lineage)]
    edges = list(_ends(session, rows))
    known = blueprints_of(session, catalog, [end for edge in edges for end in edge], templates)
    refuse(
        finding
        for edge in edges
        if (parent := known.get(id(edge.parent))) and (child := known.get(id(edge.child)))
        for finding in unexpected(parent, child, edge.name)
    )


def _ends(session: Session, rows: Sequence[generic_instance_lineage]) -> Iterator[_Ends]:
    """The instances that each edge joins; the database refuses the edges of others by itself."""
    named = [[_named(row, "parent_instance"), _named(row, "child_instance")] for row in rows]
    found = instances(session, {end for ends in named for end in ends if isinstance(end, int)})
    for ends in named:
        parent, child = (found.get(end) if isinstance(end, int) else end for end in ends)
        if parent and child:
            yield _Ends(parent, child)


def _named(row: generic_instance_lineage, end: str) -> generic_instance | int | None:
    """How the application names an end: by the object, which counts where both are given, or by its uuid."""
    given = inspect(row).dict
    named: generic_instance | int | None = given.get(end) or given.get(f"{end}_uuid")
    return named


def unexpected(parent: Blueprint, child: Blueprint, edge: str) -> Iterator[Finding]:
    """Why the templates at the ends of an edge do not expect it; `edge` is what people call it.

    A child of the kind that the parent's own layouts bring along is always expected.
    """
    if any(brought.code in _meant_by(child) for brought in parent.children()):
        return
    for expecting, key, other in ((parent, "expected_outputs", child), (child, "expected_inputs", parent)):
        wanted = expecting.expected(key)
        if wanted and not wanted & _meant_by(other):
            detail = f"{edge}: {expecting.code} expects {', '.join(sorted(wanted))}, not {other.code}"
            yield Finding("RUN013", "a template does not expect this edge", detail)


def _meant_by(blueprint: Blueprint) -> set[str]:
    """The codes by which a template is asked for."""
    return {blueprint.code, f"{blueprint.code.rpartition('/')[0]}/{LATEST}"}
