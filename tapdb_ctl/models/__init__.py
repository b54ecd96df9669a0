"""The tables as classes, with the typed classes of each."""

from tapdb_ctl.models import instance, lineage, template
from tapdb_ctl.models.audit import audit_log
from tapdb_ctl.models.base import Base, tapdb_core
from tapdb_ctl.models.instance import *  # noqa: F403 - its __all__ is the list
from tapdb_ctl.models.lineage import *  # noqa: F403 - its __all__ is the list
from tapdb_ctl.models.template import *  # noqa: F403 - its __all__ is the list
from tapdb_ctl.models.user import tapdb_user

__all__ = ["Base", "audit_log", "tapdb_core", "tapdb_user"]
__all__ += instance.__all__
__all__ += lineage.__all__
__all__ += template.__all__
