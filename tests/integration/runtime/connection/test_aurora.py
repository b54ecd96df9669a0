"""Signing in to Aurora: what a new connection is given, and whom it trusts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from certificates import encrypted
from tapdb_ctl.errors import DatabaseError, InvalidInputError
from tapdb_ctl.runtime.connections.connection import TAPDBConnection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pg_servers import Server

REGION = "eu-central-1"
WHO = text("SELECT session_user")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A stand-in for Secrets Manager, in this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield boto3.client("secretsmanager", region_name=REGION)


@pytest.fixture
def role(pg16: Server) -> Iterator[str]:
    pg16.run("CREATE ROLE rotated LOGIN PASSWORD 'first'")
    yield "rotated"
    pg16.run("DROP ROLE rotated")


def on_aurora(server: Server, **options: Any) -> TAPDBConnection:
    address = f"{server.host}:{server.port}"
    return TAPDBConnection(
        db_hostname=address, db_name="postgres", engine_type="aurora", **{"sslmode": "prefer", **options}
    )


def test_a_secret_is_read_anew_for_each_connection(pg16: Server, aws: Any, role: str) -> None:
    secret = json.dumps({"username": role, "password": "first"})
    arn = aws.create_secret(Name="tapdb", SecretString=secret)["ARN"]
    with on_aurora(pg16, secret_arn=arn) as db:
        with db.session_scope() as session:
            assert session.scalar(WHO) == role
        pg16.run(f"ALTER ROLE {role} PASSWORD 'second'")
        aws.put_secret_value(SecretId=arn, SecretString=secret.replace("first", "second"))
        with db.session_scope() as one, db.session_scope() as another:
            assert one.scalar(WHO) == another.scalar(WHO) == role
        assert "second" not in f"{vars(db)}{db.engine!r}"


@pytest.mark.parametrize("value", ["geheim", "[]", '{"username": "geheim"}', '{"password": 5, "a": "geheim"}'])
def test_a_secret_without_password_is_told_without_its_value(pg16: Server, aws: Any, value: str) -> None:
    arn = aws.create_secret(Name="tapdb", SecretString=value)["ARN"]
    with on_aurora(pg16, secret_arn=arn) as db, pytest.raises(DatabaseError, match="RUN045") as caught:
        db.get_session().execute(select(1))
    assert "geheim" not in str(caught.value)
    assert caught.value.__context__ is None
    assert (db.health_check().error or "").startswith("RUN045")


def test_a_secret_that_is_not_there_is_told(pg16: Server, aws: Any) -> None:
    assert aws
    with on_aurora(pg16, secret_arn="none") as db, pytest.raises(DatabaseError, match="RUN046.*ResourceNotFound"):  # noqa: RUF043
        db.get_session().execute(select(1))


def test_each_connection_gets_a_token_of_its_own(pg16: Server, aws: Any) -> None:
    assert aws
    tokens: list[str] = []

    def note(_dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
        tokens.append(parameters["password"])
        parameters["password"] = pg16.password

    with on_aurora(pg16, db_user=pg16.user, region=REGION) as db:
        event.listen(db.engine, "do_connect", note)
        with db.session_scope() as one, db.session_scope() as another:
            one.scalar(WHO)
            another.scalar(WHO)
        assert not any(token in f"{vars(db)}{db.engine!r}" for token in tokens)
    assert len(tokens) == 2
    address, _, query = tokens[0].partition("/?")
    signed = parse_qs(query)
    assert address == f"{pg16.host}:{pg16.port}"
    assert (signed["Action"], signed["DBUser"], signed["X-Amz-Expires"]) == (["connect"], [pg16.user], ["900"])
    assert f"/{REGION}/rds-db/" in signed["X-Amz-Credential"][0]


def test_without_aws_credentials_the_error_says_so(pg16: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nonexistent")
    with on_aurora(pg16, db_user="me") as db:
        assert "Unable to locate credentials" in (db.health_check().error or "")


def test_a_password_that_is_given_is_used(pg16: Server) -> None:
    with on_aurora(pg16, db_user=pg16.user, db_pass=pg16.password) as db, db.session_scope() as session:
        assert session.scalar(WHO) == pg16.user


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "RUN044"),
        ({"db_hostname": "a,b"}, "RUN051"),
        ({"db_hostname": "a", "iam_auth": False}, "RUN043"),
    ],
)
def test_what_cannot_work_is_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInputError, match=code):
        TAPDBConnection(engine_type="aurora", db_user="me", **options)


def test_the_server_s_certificate_is_verified(pg15: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGSSLROOTCERT", raising=False)
    monkeypatch.setenv("HOME", "/nonexistent")

    def connect(host: str, **options: Any) -> TAPDBConnection:
        credentials = {"db_user": pg15.user, "db_pass": pg15.password, "db_name": "postgres"}
        return TAPDBConnection(db_hostname=f"{host}:{pg15.port}", engine_type="aurora", **credentials | options)

    encryption = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    with encrypted(pg15) as certificate:
        trusted = {"sslrootcert": str(certificate)}
        with connect("localhost", **trusted) as db, db.session_scope() as session:
            assert session.scalar(encryption) is True
        for host, options in (("localhost", {}), (pg15.host, trusted)):
            with connect(host, **options) as db, pytest.raises(OperationalError, match="certificate"):
                db.get_session().execute(select(1))
    with connect("localhost", **trusted) as db, pytest.raises(OperationalError, match="does not support SSL"):
        db.get_session().execute(select(1))
