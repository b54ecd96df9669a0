"""How far a plan looks for whom its changes touch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Rows first, so that the same plan gives the same counts; times, in seconds, for slow disks and busy servers.

    Of 1,000,000 instances of 1,000 templates, counting all takes 1.8 s, and counting index entries, which do not tell
    deleted ones apart, 0.3 s; looking at as many as here, and at the edges of some, takes less than 0.1 s. The plan
    around it takes 0.2 s.
    """

    instances: int = 5_000
    """Instances looked at, over all changes; each template has an equal share."""
    linked: int = 1_000
    """Instances whose edges are looked for, over all changes."""
    edges: int = 1_000
    """Edges of one instance, up or down."""
    counting: float = 0.1
    """After so long, no further template has its turn, neither for its instances nor for its edges."""
    statement: float = 1
    """One statement, where the server waits for a lock or is stuck in the middle of a row."""
    documents: int = 2_000
    """Instances that changed schemas are tried on, over all of them: a tenth of a second."""
    bytes: int = 64 * 1024
    """Of one such instance; larger ones are not fetched."""
    judging: float = 0.5
    """All fetching and trying, where documents are large or schemas long."""

    def share(self, budget: int, changes: int) -> int:
        """What one of so many templates may have; never too little to say something."""
        return max(1, budget // max(changes, 1))
