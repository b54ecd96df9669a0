"""What instantiation layouts would do when an instance is created: end, and not ask for two of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.manifest.checks.references import children
from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry, Known

MAX_LEVELS = 10
"""Levels of children below an instance."""

Graph = dict[str, list[tuple[str, "Path"]]]


def layout_findings(known: Known) -> Iterator[Finding]:
    """Singletons asked for more than once, cycles, and layouts nested too deeply."""
    graph: Graph = {}
    for entry in known.entries.values():
        if not entry.json_addl.get("instantiation_layouts"):
            continue
        edges = graph.setdefault(entry.code, [])
        for path, code, count in children(entry.json_addl):
            if (child := known.find(code)) is not None:
                edges.append((child.code, path))
                if count > 1 and child.template.is_singleton:
                    hint = "a singleton has one instance: drop count"
                    yield finding(
                        "TPL015",
                        f"{child.code}, {count} times",
                        hint,
                        origin=entry.origin("json_addl", *path[:4], "count"),
                    )
    yield from _paths(graph, known.entries)


def _paths(graph: Graph, entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """Depth-first over the layouts, iteratively: a path back into itself is a cycle, the longest one the depth."""
    depths: dict[str, int] = {}
    for root in graph:
        trail: list[str] = []
        pending = [(root, iter(graph[root]))] if root not in depths else []
        open_codes: dict[str, None] = dict.fromkeys(code for code, _ in pending)
        while pending:
            code, edges = pending[-1]
            child, path = next(edges, (None, ()))
            if child is None:
                pending.pop()
                del open_codes[code]
                depths[code] = 1 + max((depths.get(below, 0) for below, _ in graph[code]), default=-1)
                if depths[code] == MAX_LEVELS + 1:
                    yield _too_deep(entries[code])
            elif child in open_codes:
                trail = list(open_codes)
                yield _cycle(entries[code], path, [*trail[trail.index(child) :], child])
            elif child in graph and child not in depths:
                open_codes[child] = None
                pending.append((child, iter(graph[child])))


def _cycle(entry: Entry, path: Path, codes: list[str]) -> Finding:
    hint = "remove this child: creating an instance would never end"
    return finding("TPL013", " → ".join(codes), hint, origin=entry.origin("json_addl", *path))


def _too_deep(entry: Entry) -> Finding:
    detail = f"an instance of {entry.code} would have more than {MAX_LEVELS} levels of children"
    return finding(
        "TPL014", detail, "flatten the layouts below it", origin=entry.origin("json_addl", "instantiation_layouts")
    )
