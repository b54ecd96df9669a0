"""Lineage: walks along edges, now and at any time, and what an instance was."""

from tapdb_ctl.runtime import graph
from tapdb_ctl.runtime import history as past
from tapdb_ctl.runtime.graph import *  # noqa: F403 - its __all__ is the list
from tapdb_ctl.runtime.history import *  # noqa: F403 - its __all__ is the list

__all__: list[str] = []
__all__ += graph.__all__
__all__ += past.__all__
