"""The embedded server: from nothing, and from a data directory that is there."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from measure import Figure, Scale, seconds
from projects import project

if TYPE_CHECKING:
    from collections.abc import Iterator


def figures(scale: Scale) -> Iterator[Figure]:
    """Cold and warm start."""
    cold, warm = [], []
    for _ in range(scale.repeats):
        with project(1) as made:
            server = made.server
            cold.append(seconds(server.start))
            server.stop()
            warm.append(seconds(server.start))
    yield Figure("embedded server, cold start", median(cold), "s", "≤ 3 s")
    yield Figure("embedded server, warm start", median(warm), "s", "≤ 0.5 s")
