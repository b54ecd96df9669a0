"""What was: an instance as it stood at a time, and what happened to it, from the audit log."""

from __future__ import annotations

from tapdb_ctl.runtime.history.changes import Change, history
from tapdb_ctl.runtime.history.past import PastInstance, all_as_of, as_of

__all__ = ["Change", "PastInstance", "all_as_of", "as_of", "history"]
