"""Instances from templates, and the edges between them."""

from tapdb_ctl.runtime.actions.materializing import materialize_actions
from tapdb_ctl.runtime.bulk.loading import LoadReport
from tapdb_ctl.runtime.factory import InstanceFactory

__all__ = ["InstanceFactory", "LoadReport", "materialize_actions"]
