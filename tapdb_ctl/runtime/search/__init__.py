"""Finding rows: by EUID, by filters and properties, page by page, counted and measured, and in the audit log.

A search is an immutable value. It becomes SQL when rows are asked for, and holds nothing between pages but a token.
"""

from __future__ import annotations

from tapdb_ctl.runtime.search.aggregates import Counts, Statistics
from tapdb_ctl.runtime.search.auditing import audit
from tapdb_ctl.runtime.search.filters import Filters
from tapdb_ctl.runtime.search.finding import find, find_instance, find_template
from tapdb_ctl.runtime.search.instances import InstanceSearch, instances
from tapdb_ctl.runtime.search.pages import Page
from tapdb_ctl.runtime.search.prop import Property, prop
from tapdb_ctl.runtime.search.searching import Search

__all__ = [
    "Counts",
    "Filters",
    "InstanceSearch",
    "Page",
    "Property",
    "Search",
    "Statistics",
    "audit",
    "find",
    "find_instance",
    "find_template",
    "instances",
    "prop",
]
