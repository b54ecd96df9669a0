"""Queries: instances by EUID, template and properties, page by page; counts and statistics; the audit log."""

from tapdb_ctl.runtime import search
from tapdb_ctl.runtime.search import *  # noqa: F403 - its __all__ is the list

__all__: list[str] = []
__all__ += search.__all__
