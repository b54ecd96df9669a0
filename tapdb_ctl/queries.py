"""Queries: instances by EUID, template and properties, page by page; counts and statistics; the audit log."""

from tapdb_ctl.runtime.search import (
    Counts,
    Filters,
    InstanceSearch,
    Page,
    Property,
    Search,
    Statistics,
    audit,
    find,
    find_instance,
    find_template,
    instances,
    prop,
)

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
