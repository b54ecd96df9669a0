"""Instances from templates, and the edges between them; one by one and many at once."""

from tapdb_ctl.runtime.actions.materializing import materialize_actions
from tapdb_ctl.runtime.bulk.loading import LoadError, LoadReport
from tapdb_ctl.runtime.bulk.rows import NewInstance
from tapdb_ctl.runtime.bulk.trees import Grown
from tapdb_ctl.runtime.factory import InstanceFactory

__all__ = ["Grown", "InstanceFactory", "LoadError", "LoadReport", "NewInstance", "materialize_actions"]
