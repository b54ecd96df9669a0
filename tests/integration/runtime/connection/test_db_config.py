"""From an environment's name to its database, by manifests alone."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from sqlalchemy import func, select, text

from declaring import declare
from runtime_worlds import TUBE
from tapdb_ctl.aio import AsyncTAPDBConnection
from tapdb_ctl.cli import wiring
from tapdb_ctl.cli.db_config import connect, connect_async, get_db_config_for_env
from tapdb_ctl.errors import TapdbError
from tapdb_ctl.manifest.connection import connection
from tapdb_ctl.manifest.variables import Variables
from tapdb_ctl.runtime.connections.connection import TAPDBConnection
from tapdb_ctl.runtime.models import generic_template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pg_servers import Server
    from tapdb_ctl.providers.server.server import EmbeddedServer
    from tapdb_ctl.runtime.factory import InstanceFactory


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TAPDB_ENV", "PGHOST", "PGPORT", "PGPASSWORD", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_the_asynchronous_way_takes_the_same_from_the_manifest(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(dev)

    async def main() -> None:
        async with connect_async("dev", actor="ada", pool_size=1) as db, db.session_scope() as session:
            with connect("dev") as other:
                assert (db.engine.url.host, db.engine.url.database) == (
                    other.engine.url.host,
                    other.engine.url.database,
                )
            assert isinstance(db, AsyncTAPDBConnection)
            assert (await session.scalars(text("SELECT session_user"))).one()
            assert session.context.actor == "ada"

    asyncio.run(main())


def test_the_documented_way_to_connect(
    dev: Path, pg16: Server, factory: InstanceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(dev)
    config = get_db_config_for_env("dev")
    with (
        TAPDBConnection(
            db_hostname=f"{config['host']}:{config['port']}",
            db_user=config["user"],
            db_pass=config["password"],
            db_name=config["database"],
            engine_type=config["engine_type"],
        ) as db,
        db.session_scope() as session,
    ):
        assert factory.create_instance(session, TUBE, "T").euid.startswith("CX-")
    assert pg16.password not in repr(config)
    assert {key: config[key] for key in sorted(config.keys() - {"database"})} == {
        "audit_log_euid_prefix": "TAD",
        "cognito_user_pool_id": "eu-central-1_abc",
        "engine_type": "local",
        "host": pg16.host,
        "password": pg16.password,
        "port": str(pg16.port),
        "schema": "public",
        "sslmode": "prefer",
        "tapdb_user_euid_prefix": "TSR",
        "user": pg16.user,
    }


def test_connecting_in_one_call(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect("dev", actor="ada", manifests=dev / "manifests", pool_size=2) as db, db.session_scope() as session:
        assert session.scalar(select(func.count()).select_from(generic_template))
        assert session.scalar(text("SHOW session.current_username")) == "ada"
        assert session.scalar(text("SHOW search_path")) == '"public", pg_temp'
        assert db.health_check().pool.size == 2
    connect(manifests=[str(dev / "manifests")]).close()
    declare(dev, "other", engine="postgres", host="elsewhere")
    with pytest.raises(TapdbError, match="dev, other"):
        connect(manifests=dev / "manifests")
    monkeypatch.setenv("TAPDB_ENV", "other")
    assert connect(manifests=dev / "manifests").engine.url.host == "elsewhere"


@pytest.mark.parametrize("host", ["::1", "a,b", "/run/postgresql"])
def test_any_host_can_be_put_before_its_port(tmp_path: Path, host: str) -> None:
    declare(tmp_path, "dev", engine="postgres", host=f'"{host}"', port=6000, user="me")
    config = get_db_config_for_env("dev", manifests=tmp_path / "manifests")
    parts = TAPDBConnection(db_hostname=f"{config['host']}:{config['port']}").engine.dialect.create_connect_args(
        connect("dev", manifests=tmp_path / "manifests").engine.url
    )[1]
    assert parts["host"] == host
    assert set(str(parts["port"]).split(",")) == {"6000"}


@pytest.mark.parametrize(
    ("env", "settings", "message"),
    [
        ("prod", {"engine": "postgres"}, "ENV005.*declared: dev"),
        ("dev", {"engine": "embedded"}, "CLI022.*never applied"),
        ("dev", {"engine": "aurora", "host": "cluster"}, "CLI003"),
        ("dev", {"engine": "postgres", "password": "{env: NOT_SET_ANYWHERE}"}, "SEC001.*NOT_SET_ANYWHERE"),
    ],
)
def test_what_cannot_be_told_is_an_error(tmp_path: Path, env: str, settings: dict[str, Any], message: str) -> None:
    manifests = declare(tmp_path, "dev", **settings)
    with pytest.raises(TapdbError, match=message):
        get_db_config_for_env(env, manifests=manifests)


def test_without_manifests_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TapdbError, match="manifests"):
        get_db_config_for_env("dev")


@pytest.fixture
def own(open_folder: Path) -> Iterator[tuple[Path, EmbeddedServer]]:
    """Manifests of an environment with a server of its own, initialised and never started."""
    folder = open_folder / "own-server"
    folder.mkdir()
    manifests = declare(folder, "dev", engine="embedded")
    server = wiring.embedded(connection([manifests], "dev", Variables.of([], [], {})))
    assert server
    server.init()
    yield manifests, server
    server.stop("immediate")


def test_an_environment_s_own_server_is_started_unless_it_is_to_be_left(own: tuple[Path, EmbeddedServer]) -> None:
    manifests, server = own
    with pytest.raises(TapdbError, match="CLI021"):
        get_db_config_for_env("dev", manifests=manifests, start=False)
    assert not server.status().running
    config = get_db_config_for_env("dev", manifests=manifests)
    assert get_db_config_for_env("dev", manifests=manifests, start=False) == config
    where = {key: config[key] for key in ("host", "port", "user", "password")}
    with closing(psycopg2.connect(dbname="postgres", **where)) as session:
        assert session.info.parameter_status("server_version")


def test_where_there_are_no_manifests_it_says_how_to_name_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TapdbError, match=r"CLI023.*manifests=PATH"):
        connect("dev")
