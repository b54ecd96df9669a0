"""Queries for asyncio: `await call(instances(session, status="created").page, size=50)`."""

from __future__ import annotations

from tapdb_ctl.aio.calling import asking, awaited
from tapdb_ctl.runtime import search

find = awaited(search.find)
find_instance = awaited(search.find_instance)
find_template = awaited(search.find_template)
instances = asking(search.instances)
audit = asking(search.audit)
