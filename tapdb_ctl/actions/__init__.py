"""Actions on instances."""

from tapdb_ctl.runtime.actions.core import CoreActions
from tapdb_ctl.runtime.actions.dispatcher import ActionDispatcher

__all__ = ["ActionDispatcher", "CoreActions"]
