"""Connections to a TAPDB database, retries, and how healthy it is."""

from tapdb_ctl.runtime.connection import TAPDBConnection
from tapdb_ctl.runtime.health import Health
from tapdb_ctl.runtime.retrying import RetryPolicy
from tapdb_ctl.runtime.transient import SQLSTATES

__all__ = ["SQLSTATES", "Health", "RetryPolicy", "TAPDBConnection"]
