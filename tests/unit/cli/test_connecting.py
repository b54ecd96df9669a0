"""Where a manifest leads, whatever the shell's PG* variables say."""

import os
from pathlib import Path
from typing import Any

import pytest

from tapdb_ctl.cli import connecting, psql
from tapdb_ctl.errors import TapdbError
from tapdb_ctl.manifest.models.database import Aurora, Postgres
from tapdb_ctl.providers.postgres.target import Target

ELSEWHERE = {
    "PGHOST": "elsewhere",
    "PGHOSTADDR": "192.0.2.1",
    "PGPORT": "1",
    "PGUSER": "other",
    "PGDATABASE": "other",
    "PGSERVICE": "other",
    "PGSERVICEFILE": "other",
    "PGOPTIONS": "-csearch_path=other",
    "PGSSLMODE": "disable",
    "PGSSLROOTCERT": "other",
    "PGTARGETSESSIONATTRS": "read-only",
}
HERE = Path("project/manifests")


def postgres(**values: Any) -> Postgres:
    return Postgres(engine="postgres", name="tapdb_dev", **values)


def test_a_named_host_is_not_moved_by_the_environment() -> None:
    database = postgres(host="db.example", user="owner", sslrootcert="ca.pem")
    assert connecting.to_server(database, HERE, ELSEWHERE) == Target(
        "db.example", 5432, "owner", "tapdb_dev", None, "prefer", "project/manifests/ca.pem"
    )


def test_what_a_manifest_without_host_leaves_open_comes_from_the_environment() -> None:
    target = connecting.to_server(postgres(), HERE, ELSEWHERE)
    assert target == Target("elsewhere", 1, "other", "tapdb_dev", None, "disable", "other")


@pytest.mark.parametrize(("written", "seen"), [("system", "system"), ("ca.pem", "project/manifests/ca.pem")])
def test_the_systems_certificates_are_no_file(written: str, seen: str) -> None:
    database = postgres(host="h", user="u", sslmode="verify-full", sslrootcert=written)
    assert connecting.to_server(database, HERE, {}).sslrootcert == seen


def test_an_account_without_a_name_must_name_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):  # where getpass looks before it asks for the account
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 2)
    with pytest.raises(TapdbError, match="CLI017") as raised:
        connecting.to_server(postgres(host="h"), HERE, {})
    assert raised.value.findings[0].hint == "name `user` under `database` in the manifest"
    assert connecting.to_server(postgres(host="h", user="u"), HERE, {}).user == "u"
    assert connecting.to_server(postgres(), HERE, {"PGUSER": "ada"}).user == "ada"


def test_an_account_whose_name_is_no_text_must_name_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "J\udcf6rg")
    with pytest.raises(TapdbError, match="CLI017"):
        connecting.to_server(postgres(host="h"), HERE, {})


@pytest.mark.parametrize("name", ["PGHOST", "PGPORT", "PGUSER", "PGSSLMODE", "PGSSLROOTCERT"])
def test_what_the_environment_says_must_be_text(name: str) -> None:
    ambient = {**ELSEWHERE, name: "x\udcff"}
    with pytest.raises(TapdbError, match=f"CLI018.*{name}"):
        connecting.to_server(postgres(), HERE, ambient)
    assert connecting.to_server(postgres(host="h", user="u"), HERE, ambient).host == "h"


def test_a_path_that_libpq_cannot_be_given_is_refused() -> None:
    with pytest.raises(TapdbError, match=r"CLI018.*sslrootcert"):
        connecting.to_server(postgres(host="h", user="u", sslrootcert="ca.pem"), Path("l\udce4b"), {})


def test_a_port_must_be_one() -> None:
    with pytest.raises(TapdbError, match="PGPORT is no port"):
        connecting.to_server(postgres(), HERE, {"PGPORT": "5432,5433"})


def test_a_password_is_read_through_its_reference() -> None:
    database = Postgres.model_validate({"engine": "postgres", "name": "d", "host": "h", "password": {"env": "SECRET"}})
    target = connecting.to_server(database, HERE, {"SECRET": "hunter2"})
    assert target.password == "hunter2"
    assert "hunter2" not in repr(target)
    assert connecting.without_password(database, HERE, {"SECRET": "hunter2"}).password is None


def test_aurora_by_stack_or_iam_is_not_reached_yet() -> None:
    with pytest.raises(TapdbError, match="does not reach Aurora"):
        connecting.to_server(Aurora(engine="aurora", name="d", host="h"), HERE, {})
    secret = Aurora(engine="aurora", name="d", host="h", auth="secret", user="u")
    assert connecting.to_server(secret, HERE, {}).sslmode == "verify-full"


def test_psql_goes_where_the_manifest_leads() -> None:
    target = Target("h", 5433, "u", "d", "secret", "require")
    given = psql.environment(target, "public", {**ELSEWHERE, "PATH": "/bin", "PGPASSWORD": "old", "PAGER": "less"})
    assert given == {
        "PATH": "/bin",
        "PAGER": "less",
        "PGHOST": "h",
        "PGPORT": "5433",
        "PGUSER": "u",
        "PGDATABASE": "d",
        "PGSSLMODE": "require",
        "PGPASSWORD": "secret",
        "PGAPPNAME": "tapdb psql",
    }


def test_psql_keeps_the_shells_password_when_the_manifest_has_none() -> None:
    given = psql.environment(Target("h", 1, "u", "d"), "my schema", {"PGPASSWORD": "mine"})
    assert given["PGPASSWORD"] == "mine"
    assert given["PGOPTIONS"] == '-csearch_path="my\\ schema"'
