"""Users."""

from tapdb_ctl.runtime.models.user import tapdb_user

__all__ = ["tapdb_user"]
