"""Graphs made in few words: nodes are numbers from 0, written to the database without the checks for cycles."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy.orm import Session

INSTANCES = text("""
    INSERT INTO generic_instance (
        name, polymorphic_discriminator, category, type, subtype, version, template_uuid, bstatus, is_deleted,
        created_dt
    )
    SELECT 'node ' || number, 'container_instance', category, type, subtype, version, uuid, 'created',
        number = ANY (CAST(:deleted AS integer[])), clock_timestamp()
    FROM generic_template, generate_series(0, :count - 1) AS number
    WHERE category = 'container' AND type = 'tube' ORDER BY number RETURNING uuid
""")
EDGES = text("""
    INSERT INTO generic_instance_lineage (
        name, polymorphic_discriminator, parent_instance_uuid, child_instance_uuid, relationship_type, is_deleted
    )
    SELECT 'edge', 'generic_instance_lineage', parent, child, kind, dead
    FROM unnest(
        CAST(:parents AS bigint[]), CAST(:children AS bigint[]), CAST(:kinds AS text[]), CAST(:dead AS boolean[])
    ) AS edge (parent, child, kind, dead)
""")


@dataclass
class Lineage:
    """A session, and the uuids of the nodes that were made in it."""

    session: Session
    uuids: list[int] = field(default_factory=list)

    def make(self, count: int, edges: Iterable[tuple[Any, ...]] = (), deleted: Collection[int] = ()) -> None:
        """Nodes, and edges (parent, child, kind="generic", deleted=False) between them."""
        self.session.execute(text("SET LOCAL tapdb.maintenance = restore"))
        made = self.session.scalars(INSTANCES, {"count": count, "deleted": list(deleted)}).all()
        self.uuids = sorted(made)
        given = [edge + ("generic", False)[len(edge) - 2 :] for edge in edges]
        parents, children, kinds, dead = zip(*given, strict=True) if given else ((), (), (), ())
        ends = {"parents": [self.uuids[i] for i in parents], "children": [self.uuids[i] for i in children]}
        self.session.execute(EDGES, {**ends, "kinds": list(kinds), "dead": list(dead)})
        self.session.execute(text("SET LOCAL tapdb.maintenance = ''"))

    def create(self, count: int) -> None:
        """Nodes, each known to the audit log."""
        made = self.session.scalars(INSTANCES, {"count": count, "deleted": []}).all()
        self.uuids = sorted(made)

    def numbers(self, uuids: Iterable[int]) -> list[int]:
        """Which nodes these are."""
        known = {uuid: number for number, uuid in enumerate(self.uuids)}
        return [known[uuid] for uuid in uuids]

    @contextmanager
    def undone(self) -> Iterator[Self]:
        """What is done inside is rolled back: for one example of a property."""
        with self.session.begin_nested() as savepoint:
            yield self
            savepoint.rollback()
