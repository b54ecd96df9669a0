"""tapdb: the declarative control plane for a templated object database on PostgreSQL.

What applications use is imported from here, each name from its module when it is first asked for: `import tapdb_ctl`
itself loads next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_KINDS = (
    *("action", "actor", "container", "content", "data", "equipment", "file", "generic", "health_event", "subject"),
    *("test_requisition", "workflow", "workflow_step"),
)

_MODULES = {
    "ActionDispatcher": "actions",
    "Base": "models",
    "EUIDConfig": "euid",
    "Health": "connection",
    "InDoubtError": "errors",
    "InstanceFactory": "factory",
    "InvalidInputError": "errors",
    "LoadReport": "factory",
    "NewInstance": "factory",
    "NotFoundError": "errors",
    "Page": "queries",
    "RetryPolicy": "connection",
    "TAPDBConnection": "connection",
    "TapdbError": "errors",
    "TemplateManager": "templates",
    "all_as_of": "lineage",
    "ancestors": "lineage",
    "as_of": "lineage",
    "audit": "queries",
    "audit_log": "models",
    "closure_counts": "lineage",
    "connect": "cli.db_config",
    "connect_async": "cli.db_config",
    "descendants": "lineage",
    "find": "queries",
    "find_instance": "queries",
    "find_template": "queries",
    "get_db_config_for_env": "cli.db_config",
    "history": "lineage",
    "instances": "queries",
    "leaves": "lineage",
    "materialize_actions": "factory",
    "path": "lineage",
    "prop": "queries",
    "roots": "lineage",
    "subgraph": "lineage",
    "tapdb_core": "models",
    "tapdb_user": "models",
    **{f"{kind}_template": "models.template" for kind in _KINDS},
    **{f"{kind}_instance": "models.instance" for kind in _KINDS},
    **{f"{kind}_instance_lineage": "models.lineage" for kind in _KINDS},
}

if TYPE_CHECKING:
    from tapdb_ctl.actions import ActionDispatcher as ActionDispatcher
    from tapdb_ctl.cli.db_config import connect as connect
    from tapdb_ctl.cli.db_config import connect_async as connect_async
    from tapdb_ctl.cli.db_config import get_db_config_for_env as get_db_config_for_env
    from tapdb_ctl.connection import Health as Health
    from tapdb_ctl.connection import RetryPolicy as RetryPolicy
    from tapdb_ctl.connection import TAPDBConnection as TAPDBConnection
    from tapdb_ctl.errors import InDoubtError as InDoubtError
    from tapdb_ctl.errors import InvalidInputError as InvalidInputError
    from tapdb_ctl.errors import NotFoundError as NotFoundError
    from tapdb_ctl.errors import TapdbError as TapdbError
    from tapdb_ctl.euid import EUIDConfig as EUIDConfig
    from tapdb_ctl.factory import InstanceFactory as InstanceFactory
    from tapdb_ctl.factory import LoadReport as LoadReport
    from tapdb_ctl.factory import NewInstance as NewInstance
    from tapdb_ctl.factory import materialize_actions as materialize_actions
    from tapdb_ctl.lineage import all_as_of as all_as_of
    from tapdb_ctl.lineage import ancestors as ancestors
    from tapdb_ctl.lineage import as_of as as_of
    from tapdb_ctl.lineage import closure_counts as closure_counts
    from tapdb_ctl.lineage import descendants as descendants
    from tapdb_ctl.lineage import history as history
    from tapdb_ctl.lineage import leaves as leaves
    from tapdb_ctl.lineage import path as path
    from tapdb_ctl.lineage import roots as roots
    from tapdb_ctl.lineage import subgraph as subgraph
    from tapdb_ctl.models.audit import audit_log as audit_log
    from tapdb_ctl.models.base import Base as Base
    from tapdb_ctl.models.base import tapdb_core as tapdb_core
    from tapdb_ctl.models.instance import *  # noqa: F403 - its __all__ is the list
    from tapdb_ctl.models.lineage import *  # noqa: F403 - its __all__ is the list
    from tapdb_ctl.models.template import *  # noqa: F403 - its __all__ is the list
    from tapdb_ctl.models.user import tapdb_user as tapdb_user
    from tapdb_ctl.queries import Page as Page
    from tapdb_ctl.queries import audit as audit
    from tapdb_ctl.queries import find as find
    from tapdb_ctl.queries import find_instance as find_instance
    from tapdb_ctl.queries import find_template as find_template
    from tapdb_ctl.queries import instances as instances
    from tapdb_ctl.queries import prop as prop
    from tapdb_ctl.templates import TemplateManager as TemplateManager

__all__ = ["__version__", *_MODULES]  # noqa: PLE0604 - texts, all of them


if not TYPE_CHECKING:  # or every name would pass for one of ours

    def __getattr__(name: str) -> object:
        if (module := _MODULES.get(name)) is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
