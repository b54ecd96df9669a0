"""Lineage for asyncio: `await call(descendants(session, ref).rows)`, `async for node in each(descendants(…))`.

`closure_counts` gives rows by and by here too: `async for closure in each(await closure_counts(session))`.
"""

from __future__ import annotations

from tapdb_ctl.aio.calling import asking, awaited
from tapdb_ctl.runtime import graph
from tapdb_ctl.runtime import history as past

descendants = asking(graph.descendants)
ancestors = asking(graph.ancestors)
roots = asking(graph.roots)
leaves = asking(graph.leaves)
path = awaited(graph.path)
subgraph = awaited(graph.subgraph)
closure_counts = awaited(graph.closure_counts)
as_of = awaited(past.as_of)
all_as_of = awaited(past.all_as_of)
history = awaited(past.history)
