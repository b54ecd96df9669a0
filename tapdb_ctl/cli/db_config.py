"""What manifests know of a database, for applications: as TAPDB's dictionary, or as a connection."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tapdb_ctl.cli import wiring
from tapdb_ctl.errors import ServerError, TapdbError
from tapdb_ctl.manifest.connection import connection
from tapdb_ctl.manifest.models.database import Aurora
from tapdb_ctl.manifest.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapdb_ctl.aio import AsyncTAPDBConnection
    from tapdb_ctl.manifest.connection import Connection
    from tapdb_ctl.providers.postgres.target import Target
    from tapdb_ctl.runtime.connections.connection import TAPDBConnection

Manifests: TypeAlias = "Path | str | Sequence[Path | str]"


def get_db_config_for_env(env: str, *, manifests: Manifests | None = None, start: bool = True) -> dict[str, str]:
    """Where an environment's database is and who connects, all texts, as TAPDB 0.1.13 has them.

    The environment is declared in `manifests`, files or folders, else in ./manifests. Its own embedded server is
    started, unless `start` is False. Secrets are resolved, so the result holds a password. Raises TapdbError for an
    environment that is not declared, was never applied, or whose server is to be found stopped.
    """
    place = _place(env, manifests)
    return _texts(place, _target(place, start=start))


def connect(
    env: str | None = None,
    *,
    actor: str | None = None,
    manifests: Manifests | None = None,
    **options: Any,  # noqa: ANN401 - of each its own
) -> TAPDBConnection:
    """A connection to an environment's database: the one that is named, else by TAPDB_ENV, else the only one.

    `actor` is whom the audit log names; `options` are further ones of TAPDBConnection, such as `pool_size`. Raises
    TapdbError as `get_db_config_for_env` does.
    """
    from tapdb_ctl.runtime.connections.connection import (
        TAPDBConnection,  # what only looks something up does not wait for it
    )

    return TAPDBConnection(**_parameters(env, actor, manifests) | options)


def connect_async(
    env: str | None = None,
    *,
    actor: str | None = None,
    manifests: Manifests | None = None,
    **options: Any,  # noqa: ANN401 - of each its own
) -> AsyncTAPDBConnection:
    """As `connect`, for asyncio; itself it is not awaited, and starting a server keeps the loop waiting.

    Raises ImportError without the extra `aio`.
    """
    from tapdb_ctl.aio import AsyncTAPDBConnection  # as above

    return AsyncTAPDBConnection(**_parameters(env, actor, manifests) | options)


def _parameters(env: str | None, actor: str | None, manifests: Manifests | None) -> dict[str, Any]:
    """What an environment's manifest says of a connection."""
    place = _place(env or os.environ.get("TAPDB_ENV"), manifests)
    target = _target(place, start=True)
    return {
        "db_hostname": f"{_host(target)}:{target.port}",
        "db_user": target.user,
        "db_pass": target.password,
        "db_name": target.database,
        "app_username": actor,
        "schema": place.environment.database.schema_name,
        "sslmode": target.sslmode,
        "sslrootcert": target.sslrootcert,
    }


def _place(env: str | None, manifests: Manifests | None) -> Connection:
    if not manifests and not Path(wiring.MANIFESTS).exists():
        raise TapdbError.of(
            "CLI023",
            "there are no manifests here",
            f"{Path.cwd()} has no folder {wiring.MANIFESTS}",
            "name them: connect(…, manifests=PATH), or run in the project's folder",
        )
    named = [manifests] if isinstance(manifests, str | Path) else manifests or [wiring.MANIFESTS]
    return connection([Path(path) for path in named], env, Variables.of([], [], os.environ))


def _target(place: Connection, *, start: bool) -> Target:
    own, name = wiring.embedded(place), place.environment.name
    if own and not start and not own.status().running:
        raise ServerError.of(
            "CLI021",
            "the environment's server does not run",
            f"{name} has a server of its own, which was to be left as it is",
            f"tapdb pg start-local {name}",
        )
    if target := wiring.locator(place, tell=lambda _: None)():
        return target
    raise ServerError.of(
        "CLI022", "the environment was never applied", f"{name} has no server yet", f"tapdb apply -e {name}"
    )


def _texts(place: Connection, target: Target) -> dict[str, str]:
    spec = place.environment.spec
    found = {
        "engine_type": "aurora" if isinstance(spec.database, Aurora) else "local",
        "host": _host(target),
        "port": str(target.port),
        "user": target.user,
        "password": target.password or "",
        "database": target.database,
        "schema": spec.database.schema_name,
        "sslmode": target.sslmode,
        "cognito_user_pool_id": (spec.cognito.pool_id if spec.cognito else None) or "",
        "tapdb_user_euid_prefix": spec.identity.tapdb_user,
        "audit_log_euid_prefix": spec.identity.audit_log,
    }
    if isinstance(spec.database, Aurora):
        found |= {"region": spec.database.region or "", "iam_auth": "false", "ssl": "true"}
    return found


def _host(target: Target) -> str:
    """What f"{host}:{port}" makes an address of, also of IPv6 and of several hosts with one port."""
    names = (f"[{name}]" if ":" in name else name for name in target.host.split(","))
    return f":{target.port},".join(names)
