"""The database that the pages of docs/runtime work on: what examples/laboratory declares, applied once and cloned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from documents import ROOT
from runtime_worlds import connected
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.variables import Variables
from worlds import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pg_servers import Server
    from tapdb_ctl import TAPDBConnection
    from tapdb_ctl.core.resource import Desired

FOLDER = ROOT / "examples" / "laboratory"
_OUTSIDE = {"server", "database"}


def declared() -> Desired:
    """What the folder declares, but for the server and the database, which tests name."""
    desired = loading.load([FOLDER / "manifests"], "dev", Variables()).desired
    inside = {address: wanted for address, wanted in desired.resources.items() if address.type not in _OUTSIDE}
    return replace(desired, resources=inside)


@pytest.fixture(scope="session")
def laboratory_template(pg16: Server) -> str:
    pg16.run("CREATE DATABASE laboratory TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    World(pg16, "laboratory").converge(declared())
    return "laboratory"


@pytest.fixture
def laboratory_database(pg16: Server, laboratory_template: str) -> Iterator[str]:
    """An empty one, whose next container is CX-34E: EUIDs of three characters have more to show."""
    name = f"{laboratory_template}_copy"
    pg16.run(f"CREATE DATABASE {name} TEMPLATE {laboratory_template} STRATEGY FILE_COPY")
    yield name
    pg16.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def laboratory(pg16: Server, laboratory_database: str) -> Iterator[TAPDBConnection]:
    """As the folder's begin.py connects."""
    with connected(pg16, laboratory_database, app_username="ada") as db:
        with db.session_scope(commit=True) as session:
            session.execute(text("ALTER SEQUENCE cx_instance_seq RESTART WITH 100"))
        yield db
