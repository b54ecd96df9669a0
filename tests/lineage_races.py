"""Sessions that try to close cycles together, and a look at what they left.

    .venv/bin/python tests/lineage_races.py [ROUNDS]

prints the table of docs/schema.md. In each round eight sessions link the same few instances in transactions that all
reach their commit before the first of them commits; whoever fails to serialize starts over. Every session does one of
`MOVES`, so edges of all kinds meet: between old instances, through an instance made by the transaction, revived, and
led elsewhere.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg2 import errors

from managed import Tapdb, build_schema, opened
from pg_servers import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SESSIONS = 8
NODES = 4
LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
UNSERIALIZED = (errors.SerializationFailure, errors.DeadlockDetected)

CONFIRM = """
    CREATE OR REPLACE FUNCTION tapdb_confirm_edges() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$ BEGIN {} RETURN NULL; END $$
"""
TAKE_A_TURN = """
    DELETE FROM tapdb_pending_edges;
    INSERT INTO tapdb_guard AS guard (passed) VALUES (1) ON CONFLICT (one) DO UPDATE SET passed = guard.passed + 1;
"""
SEARCH_AGAIN = "PERFORM tapdb_refuse_cycles(array(SELECT unnest(edges) FROM tapdb_pending_edges));"
EXEMPT_ALL = """
    CREATE OR REPLACE FUNCTION tapdb_joinable_edges(edges bigint[]) RETURNS bigint[]
    LANGUAGE sql AS 'SELECT ARRAY[]::bigint[]'
"""

# Each takes one part of the mechanism away, and cycles slip through at these levels.
SABOTAGES = {
    "nothing at the commit": (CONFIRM.format(""), ("READ COMMITTED", "REPEATABLE READ")),
    "nobody searches again": (CONFIRM.format(TAKE_A_TURN), ("READ COMMITTED",)),
    "nobody waits for a turn": (CONFIRM.format(SEARCH_AGAIN), ("READ COMMITTED", "REPEATABLE READ")),
    "every instance counts as born here": (EXEMPT_ALL, ("READ COMMITTED", "REPEATABLE READ")),
}


@dataclass
class Tally:
    """What became of the transactions, and how many rounds ended with a cycle in the table."""

    outcomes: Counter[str] = field(default_factory=Counter)
    cycles: int = 0


def is_cyclic(edges: Iterable[tuple[int, int]]) -> bool:
    """The oracle."""
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for parent, child in edges:
        if parent == child:
            return True
        sorter.add(child, parent)
    try:
        sorter.prepare()
    except CycleError:
        return True
    return False


def between(tapdb: Tapdb, nodes: list[int], kind: str) -> None:
    """An edge between two instances that everybody knows."""
    tapdb.edge(*random.sample(nodes, 2), kind)


def through(tapdb: Tapdb, nodes: list[int], kind: str) -> None:
    """A way between them over an instance of this transaction."""
    parent, child = random.sample(nodes, 2)
    (born,) = tapdb.instances(1)
    for edge in random.sample([(parent, born), (born, child)], 2):
        tapdb.edge(*edge, kind)


def revived(tapdb: Tapdb, nodes: list[int], _: str) -> None:
    """A deleted edge that lives again."""
    tapdb.run(
        "UPDATE generic_instance_lineage SET is_deleted = false WHERE uuid = (SELECT uuid FROM generic_instance_lineage"
        " WHERE is_deleted AND parent_instance_uuid = %s AND child_instance_uuid = %s FOR UPDATE SKIP LOCKED LIMIT 1)",
        *random.sample(nodes, 2),
    )


def led_elsewhere(tapdb: Tapdb, nodes: list[int], kind: str) -> None:
    """An edge from an instance of this transaction, which is then given another parent."""
    (born,) = tapdb.instances(1)
    parent, child = random.sample(nodes, 2)
    edge = tapdb.edge(born, child, kind)
    tapdb.run("UPDATE generic_instance_lineage SET parent_instance_uuid = %s WHERE uuid = %s", parent, edge)


MOVES: tuple[Callable[[Tapdb, list[int], str], None], ...] = (between, through, revived, led_elsewhere)


def race(dsn: str, level: str, rounds: int) -> Tally:
    """Let eight sessions meet `rounds` times over four instances each time."""
    tally = Tally()
    for _ in range(rounds):
        with opened(dsn) as tapdb:
            nodes = _nodes(tapdb)
        barrier = threading.Barrier(SESSIONS)
        threads = [
            threading.Thread(target=_session, args=(dsn, level, nodes, f"kind {n}", barrier, tally))
            for n in range(SESSIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with opened(dsn) as tapdb:
            tally.cycles += is_cyclic(_live(tapdb))
            tapdb.run("DELETE FROM generic_instance_lineage WHERE NOT is_deleted")
    return tally


def _nodes(tapdb: Tapdb) -> list[int]:
    """Instances of a new round, with a deleted edge from each to each."""
    nodes = tapdb.instances(1, NODES)
    tapdb.run(
        "INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid,"
        " child_instance_uuid, is_deleted) SELECT 'e', 'd', p, c, true FROM unnest(%s) AS p, unnest(%s) AS c"
        " WHERE p <> c",
        nodes,
        nodes,
    )
    return nodes


def _live(tapdb: Tapdb) -> list[tuple[int, int]]:
    return tapdb.rows(
        "SELECT parent_instance_uuid, child_instance_uuid FROM generic_instance_lineage WHERE NOT is_deleted"
    )  # type: ignore[return-value]


def _session(dsn: str, level: str, nodes: list[int], kind: str, barrier: threading.Barrier, tally: Tally) -> None:
    with opened(dsn) as tapdb:
        outcome = _transaction(tapdb, level, nodes, kind, barrier.wait)
        while outcome == "started over":
            tally.outcomes[outcome] += 1
            outcome = _transaction(tapdb, level, nodes, kind, lambda: None)
        tally.outcomes[outcome] += 1


def _transaction(tapdb: Tapdb, level: str, nodes: list[int], kind: str, meet: Callable[[], object]) -> str:
    tapdb.run(f"BEGIN ISOLATION LEVEL {level}")
    try:
        try:
            random.choice(MOVES)(tapdb, nodes, kind)
        finally:
            meet()
        tapdb.run("COMMIT")
    except errors.CheckViolation:
        outcome = "refused"
    except UNSERIALIZED:
        outcome = "started over"
    else:
        return "committed"
    tapdb.run("ROLLBACK")
    return outcome


def main() -> None:
    """Race at each level on PostgreSQL 16, and print a line for each."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else 300
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # root's server runs as another user
        with running(16, Path(name), "") as server:
            for number, level in enumerate(LEVELS):
                server.run(f"CREATE DATABASE race_{number} TEMPLATE template0")
                dsn = server.dsn(f"race_{number}")
                prepare(dsn)
                tally = race(dsn, level, rounds)
                counts = [tally.outcomes[outcome] for outcome in ("committed", "refused", "started over")]
                print("|", " | ".join(map(str, [level, rounds, SESSIONS, *counts, tally.cycles])), "|", flush=True)  # noqa: T201 - a script


def prepare(dsn: str, sabotage: str = "") -> None:
    """The schema with a template, less what the sabotage takes away."""
    build_schema(dsn, "public")
    with opened(dsn) as tapdb:
        tapdb.template()
        if sabotage:
            tapdb.run(sabotage)


if __name__ == "__main__":
    main()
