"""Puts the statement of a walk together: what is live now or was then, the steps, and what is asked of the nodes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import ARRAY, BIGINT, DateTime, Integer, Text, TextClause, bindparam, text

from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from tapdb_ctl.runtime.graph.scope import Direction, Scope

_ENDS: dict[Direction, tuple[tuple[str, str], ...]] = {
    "down": (("parent", "child"),),
    "up": (("child", "parent"),),
    "both": (("parent", "child"), ("child", "parent")),
}
_TYPES: dict[str, TypeEngine[Any]] = {
    "origins": ARRAY(BIGINT()),
    "relationships": ARRAY(Text()),
    "depth": Integer(),
    "as_of": DateTime(timezone=True),
    "goal": BIGINT(),
}

Asked: TypeAlias = Literal["rows", "swift", "instances", "count", "subgraph", "path", "closures"]
Met: TypeAlias = Literal["all", "beyond", "ends", "path", "closures"]
"""Which of the nodes of a walk are meant: `beyond` is without the origins, from `ends` no edge leads on."""


def walk(asked: Asked, scope: Scope, *, met: Met = "all", everywhere: bool = False) -> TextClause:
    """The statement that asks `sql/graph_{asked}.sql` of a walk, from everywhere or from the origins that are bound."""
    return _walk(asked, met, everywhere, scope.direction, scope.relationships is not None, scope.as_of is not None)


@cache
def _walk(asked: Asked, met: Met, everywhere: bool, direction: Direction, related: bool, past: bool) -> TextClause:
    when, keyed = "then" if past else "now", met == "closures"
    words = {
        "origins": "true" if everywhere else "instance.uuid = ANY (:origins)",
        "related": "AND edge.relationship_type = ANY (:relationships)" if related else "",
        "origin": "origin, " if keyed else "",
        "begins": "instance.uuid, " if keyed else "",
        "goes_on": "walk.origin, " if keyed else "",
        "spread": "" if everywhere else ", generate_subscripts(ARRAY[0], 1)",
        "size": ", size" if keyed else "",
        "undone": statement("history_undone").text,
    }
    for name, part in (("steps", f"graph_step_{when}"), ("was_steps", "graph_was_step"), ("rungs", "graph_rung")):
        words[name] = " UNION ALL ".join(_part(part, words, near, far) for near, far in _ENDS[direction])
    near, far = _ENDS[direction][0]
    if asked == "swift":
        return _bound(_part("graph_swift", {**words, "nearest": "1" if met == "beyond" else "0"}, near, far))
    words["walk"] = _part(f"graph_{'all' if everywhere and not keyed else 'walk'}_{when}", words, near, far)
    words["met"] = _part(f"graph_met_{met}", words, near, far)
    return _bound(_part(f"graph_{when}", words, near, far) + "\n" + _part(f"graph_{asked}", words, near, far))


def _bound(whole: str) -> TextClause:
    return text(whole).bindparams(*(bindparam(n, type_=type_) for n, type_ in _TYPES.items() if f":{n}" in whole))


def _part(name: str, words: dict[str, str], near: str, far: str) -> str:
    return statement(name).text.rstrip().format_map({**words, "near": near, "far": far})
