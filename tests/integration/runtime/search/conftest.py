"""A database with the templates of runtime_worlds that all searches share; what a test commits is rolled back.

`session` is TAPDB's own, on psycopg2; `each_session` runs a test on psycopg 3 as well, which binds on the server.
`make` inserts instances without the factory, in one statement.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from sqlalchemy import URL, create_engine, text

from runtime_worlds import TUBE, build
from tapdb_ctl.runtime.session import Context, TapdbSession, with_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pg_servers import Server

INSERT = """
    INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version, template_uuid,
                                  json_addl, bstatus)
    SELECT 'T-' || j.place, replace(polymorphic_discriminator, '_template', '_instance'), category, type, subtype,
           version, uuid, jsonb_build_object('properties', j.addl), :status
      FROM generic_template, jsonb_array_elements(CAST(:documents AS jsonb)) WITH ORDINALITY AS j (addl, place)
     WHERE concat_ws('/', category, type, subtype, version) = :code
     ORDER BY j.place
    RETURNING euid
"""


class Make(Protocol):
    """Insert instances with these properties; returns their EUIDs in order."""

    def __call__(self, *properties: dict[str, Any], code: str = ..., status: str = ...) -> list[str]: ...


@pytest.fixture(scope="session")
def searched(pg16: Server) -> Server:
    build(pg16, "searched")
    return pg16


def _session(server: Server, driver: str) -> Iterator[TapdbSession]:
    url = URL.create(f"postgresql+{driver}", server.user, server.password, server.host, server.port, "searched")
    engine = create_engine(url)
    with engine.connect() as connection, connection.begin() as transaction:
        info = with_context(Context("tester"))
        with TapdbSession(connection, info=info, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()
    engine.dispose()


@pytest.fixture
def session(searched: Server) -> Iterator[TapdbSession]:
    yield from _session(searched, "psycopg2")


@pytest.fixture(params=["psycopg2", "psycopg"])
def each_session(searched: Server, request: pytest.FixtureRequest) -> Iterator[TapdbSession]:
    yield from _session(searched, request.param)


def maker(session: TapdbSession) -> Make:
    def make(*properties: dict[str, Any], code: str = TUBE, status: str = "created") -> list[str]:
        values = {"documents": json.dumps(properties), "code": code, "status": status}
        return list(session.scalars(text(INSERT), values))

    return make


@pytest.fixture
def make(request: pytest.FixtureRequest) -> Make:
    """In whichever session the test has."""
    name = "each_session" if "each_session" in request.fixturenames else "session"
    return maker(request.getfixturevalue(name))
