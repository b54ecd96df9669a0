"""What it costs that links close no cycle and follow deleted instances, in a graph of a million edges."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from random import Random
from typing import TYPE_CHECKING

from databases import Databases, databases, our_schema
from measure import Figure, Scale, by_turns, seconds

from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg2.extensions import connection

MAJOR = 16
SESSIONS = 8

# A tree in which each instance has five children, made long ago; EUIDs are of a kind that no sequence gives.
GRAPH = """
    SET LOCAL session_replication_role = replica;
    INSERT INTO generic_instance (
        euid, euid_prefix, euid_seq, name, polymorphic_discriminator, category, type, subtype, version, template_uuid,
        bstatus, created_dt
    ) SELECT 'old-' || i, 'old', i, 'i', 'd', 'container', 'plate', 'x', '1.0', 1, 'created', now() - interval '1 day'
    FROM generate_series(1, {0} + 1) AS i;
    INSERT INTO generic_instance_lineage (
        euid, euid_prefix, euid_seq, name, polymorphic_discriminator, parent_instance_uuid, child_instance_uuid
    ) SELECT 'old-' || i, 'old', i, 'e', 'd', (i + 4) / 5, i + 1 FROM generate_series(1, {0}) AS i;
"""
UNCHECKED = """
    DROP TRIGGER check_edges_insert ON generic_instance_lineage;
    DROP TRIGGER check_edges_update ON generic_instance_lineage;
    DROP TRIGGER cascade_to_edges ON generic_instance;
"""
LINK = """
    INSERT INTO generic_instance_lineage (
        name, polymorphic_discriminator, parent_instance_uuid, child_instance_uuid, relationship_type
    ) SELECT 'e', 'd', parent, child, %s FROM unnest(%s, %s) AS edge (parent, child)
"""
MAKE = """
    INSERT INTO generic_instance (
        name, polymorphic_discriminator, category, type, subtype, version, template_uuid, bstatus
    ) SELECT 'i', 'd', 'container', 'plate', 'x', '1.0', 1, 'created' FROM generate_series(1, %s) RETURNING uuid
"""
DELETE = "UPDATE generic_instance SET is_deleted = true WHERE uuid = ANY (%s)"
DELETE_EDGES = """
    UPDATE generic_instance_lineage SET is_deleted = true
    WHERE child_instance_uuid = ANY (%s) AND NOT is_deleted
"""

_turns = count()


class Graph:
    """One of the two databases, and links in it that nobody has made yet."""

    def __init__(self, on: Databases, name: str, size: int) -> None:
        self.connect = lambda: closing(on.connect(name))
        self.size = size
        self.random = Random(name)

    def singly(self, links: int) -> float:
        """Seconds of links between old instances, each its own transaction."""
        with self.connect() as session:
            pairs = self._pairs(links)
            return seconds(lambda: [_link(session, [pair]) for pair in pairs])

    def together(self, links: int) -> float:
        """Seconds of one statement that links as many."""
        with self.connect() as session:
            pairs = self._pairs(links)
            return seconds(lambda: _link(session, pairs))

    def in_parallel(self, links: int) -> float:
        """Seconds of as many by several sessions at once."""
        with ThreadPoolExecutor(SESSIONS) as pool:
            shares = [links // SESSIONS] * SESSIONS
            return seconds(lambda: list(pool.map(self.singly, shares)))

    def children(self, links: int) -> float:
        """Seconds in which instances that the transaction has made are linked to old parents."""
        with self.connect() as session:
            made = _made(session, links)
            return seconds(lambda: _link(session, [(self._old(), child) for child in made]))

    def deleted(self, instances: int, *more: str) -> float:
        """Seconds of the soft deletion of instances with an edge each."""
        with self.connect() as session, session.cursor() as run:
            made = _made(session, instances)
            _link(session, [(self._old(), child) for child in made])
            return seconds(lambda: ([run.execute(act, (made,)) for act in (DELETE, *more)], session.commit()))

    def cycles(self) -> float:
        """Seconds of the search for cycles that were there before."""
        with self.connect() as session, session.cursor() as run:
            return seconds(lambda: run.execute(query("lineage_cycles"), {"limit": 100}))

    def _pairs(self, links: int) -> list[tuple[int, int]]:
        return [tuple(sorted(self.random.sample(range(2, self.size), 2))) for _ in range(links)]

    def _old(self) -> int:
        return self.random.randrange(2, self.size)


def figures(scale: Scale) -> Iterator[Figure]:
    """Each work beside the same without the triggers, in a database that is otherwise the same."""
    size, many, few = scale.templates * 100, scale.templates, scale.templates // 20
    with databases(MAJOR) as on:
        graphs = [_graph(on, name, size, scripts) for name, scripts in (("checked", ()), ("unchecked", (UNCHECKED,)))]
        goal = "≤ 1.3×"
        works: list[tuple[str, Callable[[Graph], float], str]] = [
            (f"{few:,} links, one by one", lambda graph: graph.singly(few), "≤ 1.5×"),
            (
                f"{SESSIONS * few:,} links by {SESSIONS} sessions at once",
                lambda graph: graph.in_parallel(SESSIONS * few),
                "",
            ),
            (f"{many:,} links, one statement", lambda graph: graph.together(many), goal),
            (f"{many:,} links to new children, one statement", lambda graph: graph.children(many), goal),
        ]
        for name, work, wanted in works:
            checked, unchecked = by_turns(scale.repeats, *[lambda on=graph, do=work: do(on) for graph in graphs])
            yield Figure(name, checked, "s", wanted, unchecked, "without the check")
        cascading, by_hand = by_turns(
            scale.repeats, lambda: graphs[0].deleted(many), lambda: graphs[1].deleted(many, DELETE_EDGES)
        )
        yield Figure(f"soft delete of {many:,} with an edge each", cascading, "s", "", by_hand, "two statements")
        yield Figure(f"search for cycles in {size:,} edges", by_turns(scale.repeats, graphs[0].cycles)[0], "s", "")


def _graph(on: Databases, name: str, size: int, scripts: tuple[str, ...]) -> Graph:
    on.build(name, our_schema(), GRAPH.format(size), *scripts)
    graph = Graph(on, name, size)
    with graph.connect() as session, session.cursor() as run:
        session.autocommit = True
        run.execute("VACUUM ANALYZE")
    return graph


def _link(session: connection, pairs: list[tuple[int, int]]) -> None:
    """Link in a transaction, by a relationship of its own: the edges are new whatever was made before."""
    with session.cursor() as run:
        run.execute(LINK, (f"turn {next(_turns)}", [parent for parent, _ in pairs], [child for _, child in pairs]))
    session.commit()


def _made(session: connection, instances: int) -> list[int]:
    with session.cursor() as run:
        run.execute(MAKE, (instances,))
        return [uuid for (uuid,) in run.fetchall()]
