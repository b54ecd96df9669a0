"""tapdb: the declarative control plane for a templated object database on PostgreSQL.

What applications use is imported from here, each name from its module when it is first asked for: `import tapdb_ctl`
itself loads next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_MODULES = {
    "TAPDBConnection": "connection",
    "InstanceFactory": "factory",
    "TemplateManager": "templates",
}

if TYPE_CHECKING:
    from tapdb_ctl.connection import TAPDBConnection as TAPDBConnection
    from tapdb_ctl.factory import InstanceFactory as InstanceFactory
    from tapdb_ctl.templates import TemplateManager as TemplateManager


def __getattr__(name: str) -> object:
    if (module := _MODULES.get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
