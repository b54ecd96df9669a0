"""Actions on instances."""

from tapdb_ctl.runtime.actions.dispatcher import ActionDispatcher

