"""Sessions: what is kept, and whom the audit log names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from managed import build_schema
from runtime_worlds import TUBE, connected
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.connections.connection import TAPDBConnection
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.models.audit import audit_log

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from pg_servers import Server
    from tapdb_ctl.runtime.factory import InstanceFactory


def names(db: TAPDBConnection) -> list[str]:
    with db.session_scope() as session:
        return list(session.scalars(select(generic_instance.name).order_by(generic_instance.uuid)))


def actors(session: Session) -> list[str]:
    query = select(audit_log.changed_by).where(audit_log.rel_table_name == "generic_instance").order_by(audit_log.uuid)
    return list(session.scalars(query))


@pytest.mark.parametrize("ending", ["commit", "rollback", "close"])
def test_what_is_done_inside_does_not_break_the_exit(
    db: TAPDBConnection, factory: InstanceFactory, ending: str
) -> None:
    with db.session_scope(commit=True) as session:
        factory.create_instance(session, TUBE, "first")
        getattr(session, ending)()
        factory.create_instance(session, TUBE, "second")
    assert names(db) == (["first", "second"] if ending == "commit" else ["second"])


def test_without_commit_nothing_is_kept_but_what_was_committed_inside(
    db: TAPDBConnection, factory: InstanceFactory
) -> None:
    with db.session_scope() as session:
        factory.create_instance(session, TUBE, "first")
        session.commit()
        factory.create_instance(session, TUBE, "second")
    assert names(db) == ["first"]


def test_an_error_rolls_back_and_the_pool_goes_on(db: TAPDBConnection, factory: InstanceFactory) -> None:
    def fail() -> None:
        with db.session_scope(commit=True) as session:
            factory.create_instance(session, TUBE, "first")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert names(db) == []
    assert db.engine.pool.checkedout() == 0


def test_the_actor_is_named_in_every_transaction_of_every_session(
    db: TAPDBConnection, factory: InstanceFactory
) -> None:
    def twice(session: Session) -> None:
        for number in range(2):
            with session.begin_nested():
                factory.create_instance(session, TUBE, str(number))
            session.commit()

    with db.session_scope() as session:
        twice(session)
    with db.get_session() as session:
        twice(session)
    with db.session_scope(actor="ada") as session:
        twice(session)
    with db.get_session(actor="grace") as session:
        twice(session)
        assert actors(session) == [*["tester"] * 4, "ada", "ada", "grace", "grace"]


def test_one_sessions_actor_is_not_anothers(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.get_session(actor="ada") as ada, db.get_session() as other:
        ada.context.actor = "eve"
        factory.create_instance(other, TUBE, "T")
        other.commit()
        assert actors(other) == ["tester"]
        assert ada.context.hooks is other.context.hooks is db.hooks


def test_a_schema_is_meant_whatever_the_role_s_search_path_is(
    pg16: Server, fresh_database: Callable[[Server], str]
) -> None:
    database = fresh_database(pg16)
    build_schema(pg16.dsn(database), 'of "theirs"')
    with connected(pg16, database, schema='of "theirs"') as db, db.session_scope() as session:
        assert session.scalar(select(func.count()).select_from(generic_instance)) == 0
        session.commit()
        assert session.scalar(select(func.count()).select_from(generic_instance)) == 0
        db.reflect_tables()
        assert {"generic_template", "audit_log", "tapdb_user"} <= set(db.AutomapBase.classes.keys())


def test_reflection_finds_the_tables(db: TAPDBConnection) -> None:
    db.reflect_tables()
    assert {"generic_instance", "tapdb_identity_prefix_config"} <= set(db.AutomapBase.classes.keys())


def test_a_statement_may_take_only_so_long(pg16: Server, runtime_database: Callable[[Server], str]) -> None:
    with (
        connected(pg16, runtime_database(pg16), statement_timeout=0.05) as db,
        db.session_scope() as session,
        pytest.raises(OperationalError, match="statement timeout"),
    ):
        session.execute(text("SELECT pg_sleep(10)"))


def test_a_transaction_may_be_isolated(db: TAPDBConnection) -> None:
    show = text("SHOW transaction_isolation")
    with db.session_scope(isolation_level="SERIALIZABLE") as session:
        assert session.scalar(show) == "serializable"
        session.commit()
        assert session.scalar(show) == "serializable"
    with db.get_session(isolation_level="REPEATABLE READ") as session:
        assert session.scalar(show) == "repeatable read"
    with db.session_scope() as session:
        assert session.scalar(show) == "read committed"


@pytest.mark.parametrize("prefix", ["postgresql://", "postgresql+psycopg://"])
@pytest.mark.parametrize("place", ["tcp", "socket"])
def test_a_password_of_any_characters_opens_the_door(pg16: Server, prefix: str, place: str) -> None:
    password = "p@ss/w:rd%?#[' \\"
    user = f"quoting_{place}_{len(prefix)}"
    pg16.run(f"CREATE ROLE {user} LOGIN PASSWORD '{password.replace(chr(39), chr(39) * 2)}'")
    host = pg16.host if place == "tcp" else str(pg16.socket_dir)
    with (
        TAPDBConnection(
            db_url_prefix=prefix,
            db_hostname=f"{host}:{pg16.port}",
            db_user=user,
            db_pass=password,
            db_name="postgres",
            application_name="quoting",
        ) as db,
        db.session_scope() as session,
    ):
        assert session.scalar(text("SELECT session_user || current_setting('application_name')")) == f"{user}quoting"
        assert password not in f"{db.engine!r}{db!r}{vars(db)}"
    pg16.run(f"DROP ROLE {user}")


def test_no_error_shows_the_password(pg16: Server) -> None:
    with (
        TAPDBConnection(db_hostname=f"{pg16.host}:{pg16.port}", db_user=pg16.user, db_pass="geheim") as db,
        db.session_scope() as session,
        pytest.raises(OperationalError) as caught,
    ):
        session.execute(select(1))
    assert "geheim" not in f"{caught.value!r}{caught.value}{caught.value.__dict__}"


def test_ambient_variables_complete_what_is_not_said(pg16: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPASSWORD": pg16.password, "PGPORT": str(pg16.port), "USER": pg16.user}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ECHO_SQL", "Yes")
    with TAPDBConnection(db_name="postgres") as db, db.session_scope() as session:
        assert session.scalar(text("SELECT current_database()")) == "postgres"
        assert db.engine.echo is True
        assert db.app_username == pg16.user
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{pg16.user}@{pg16.host}:{pg16.port}/template1")
    with TAPDBConnection(echo_sql=False) as db, db.session_scope() as session:
        assert session.scalar(text("SELECT current_database()")) == "template1"


def test_options_of_the_pool_are_heeded(pg16: Server) -> None:
    with connected(pg16, "postgres", pool_size=1, max_overflow=0, pool_timeout=0.05) as db, db.session_scope() as one:
        one.execute(select(1))
        with pytest.raises(SQLAlchemyError, match="QueuePool limit of size 1 overflow 0 reached"):
            db.get_session().execute(select(1))


def test_what_is_no_engine_type_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"RUN050.*'oracle'"):
        TAPDBConnection(engine_type="oracle")
    assert TAPDBConnection(engine_type="local").engine.url.host == "localhost"


def test_a_caller_s_own_parameters_of_the_url_win(pg16: Server) -> None:
    url = f"postgresql://{pg16.user}:{pg16.password}@{pg16.host}:{pg16.port}/postgres?application_name=theirs"
    with TAPDBConnection(url) as db, db.session_scope() as session:
        assert session.scalar(text("SHOW application_name")) == "theirs"
