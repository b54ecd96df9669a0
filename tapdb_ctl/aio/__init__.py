"""TAPDB for asyncio: the synchronous library in greenlets, so that there is one of it; needs the extra `aio`.

docs/runtime/aio.md shows it in use.
"""

from tapdb_ctl.aio.calling import asking, awaited, call, each
from tapdb_ctl.aio.connection import AsyncTAPDBConnection
from tapdb_ctl.aio.factory import AsyncInstanceFactory, AsyncTemplateManager
from tapdb_ctl.aio.lineage import (
    all_as_of,
    ancestors,
    as_of,
    closure_counts,
    descendants,
    history,
    leaves,
    path,
    roots,
    subgraph,
)
from tapdb_ctl.aio.queries import audit, find, find_instance, find_template, instances
from tapdb_ctl.aio.sessions import AsyncTapdbSession

__all__ = [
    "AsyncInstanceFactory",
    "AsyncTAPDBConnection",
    "AsyncTapdbSession",
    "AsyncTemplateManager",
    "all_as_of",
    "ancestors",
    "as_of",
    "asking",
    "audit",
    "awaited",
    "call",
    "closure_counts",
    "descendants",
    "each",
    "find",
    "find_instance",
    "find_template",
    "history",
    "instances",
    "leaves",
    "path",
    "roots",
    "subgraph",
]
