"""What every table shares."""

from tapdb_ctl.runtime.models.base import Base, tapdb_core

__all__ = ["Base", "tapdb_core"]
