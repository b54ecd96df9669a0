"""TAPDB for asyncio: the synchronous library in greenlets, so that there is one of it; needs the extra `aio`.

docs/runtime/aio.md shows it in use.
"""

from importlib.util import find_spec

if missing := [name for name in ("greenlet", "psycopg") if find_spec(name) is None]:
    raise ImportError(
        f"tapdb_ctl.aio needs {' and '.join(missing)}, which the extra aio brings: "
        "pip install '.[aio]' in tapdb's checkout"
    )

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
from tapdb_ctl.aio.searches import AsyncInstanceSearch, AsyncSearch
from tapdb_ctl.aio.sessions import AsyncTapdbSession
from tapdb_ctl.runtime.search import prop

__all__ = [
    "AsyncInstanceFactory",
    "AsyncInstanceSearch",
    "AsyncSearch",
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
    "prop",
    "roots",
    "subgraph",
]
