"""The audit log."""

from tapdb_ctl.runtime.models.audit import audit_log

__all__ = ["audit_log"]
