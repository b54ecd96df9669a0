"""tapdb: the declarative control plane for a templated object database on PostgreSQL."""

from __future__ import annotations

__version__ = "0.1.0"
