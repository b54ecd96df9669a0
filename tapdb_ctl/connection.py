"""Connections to a TAPDB database, retries, and how healthy it is."""

from tapdb_ctl.runtime.connections.connection import TAPDBConnection
from tapdb_ctl.runtime.connections.health import Health
from tapdb_ctl.runtime.connections.retrying import RetryPolicy
from tapdb_ctl.runtime.connections.transient import SQLSTATES

__all__ = ["SQLSTATES", "Health", "RetryPolicy", "TAPDBConnection"]
