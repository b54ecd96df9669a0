"""Connections to a TAPDB database."""

from tapdb_ctl.runtime.connection import TAPDBConnection

__all__ = ["TAPDBConnection"]
