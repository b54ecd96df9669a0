"""Which database is meant, and that no password is seen on the way there."""

from __future__ import annotations

import pytest
from sqlalchemy import URL

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.connections import urls

SECRET = "p@ss/w:rd%?#[x]"


def parts(hosts: str | None = None, database: str = "tapdb", **named: str) -> URL:
    environ = {key: named.pop(key) for key in list(named) if key.isupper()}
    given = {"text": None, "prefix": "postgresql://", "password": None, "user": None} | named
    return urls.resolved(hosts=hosts, database=database, environ=environ, **given)


def test_any_character_may_stand_in_a_password() -> None:
    url = parts("h:6000", user="me", password=SECRET)
    assert (url.host, url.port, url.username, url.password, url.database) == ("h", 6000, "me", SECRET, "tapdb")
    assert urls.of_text(url.render_as_string(hide_password=False)) == url
    assert SECRET not in repr(url)


@pytest.mark.parametrize(
    ("prefix", "driver"),
    [
        ("postgresql://", "postgresql+psycopg2"),
        ("postgres://", "postgresql+psycopg2"),
        ("postgresql+psycopg2://", "postgresql+psycopg2"),
        ("postgresql+psycopg://", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_always_named(prefix: str, driver: str) -> None:
    assert parts(prefix=prefix).drivername == driver
    assert urls.of_text(f"{prefix}h/d").drivername == driver


@pytest.mark.parametrize(
    ("text", "hosts", "ports"),
    [
        ("a", "a", 5432),
        ("a:1", "a", 1),
        ("[::1]", "::1", 5432),
        ("[::1]:1", "::1", 1),
        ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
        ("/run/postgresql", "/run/postgresql", "5432"),
        ("/run/postgresql:1", "/run/postgresql", "1"),
        ("a:1, b,[::1]:2", "a,b,::1", "1,5432,2"),
    ],
)
def test_hosts(text: str, hosts: str, ports: object) -> None:
    url = parts(text)
    assert (url.host or url.query["host"], url.port or url.query["port"]) == (hosts, ports)


@pytest.mark.parametrize("text", ["::1", "::1:5432", "a b", "me@a", "a:", "a:0", "a:65536", "a:x", "a,", "[::1"])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="RUN042"):
        parts(text)


def test_of_several_hosts_the_primary_is_meant_unless_the_url_says_otherwise() -> None:
    assert parts("a,b").query["target_session_attrs"] == "read-write"
    url = urls.of_text("postgresql://me:secret@a:1,b/d?target_session_attrs=any")
    assert (url.username, url.password, url.database) == ("me", "secret", "d")
    assert url.query == {"host": "a,b", "port": "1,5432", "target_session_attrs": "any"}


@pytest.mark.parametrize(
    "text",
    ["geheim", "postgresql://me:p@ss/geheim@h/d", "postgresql://me:geheim@h:x/d", "postgresql://me:geheim@h:x,i/d"],
)
def test_what_is_no_url_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        urls.of_text(text)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert isinstance(caught.value, ValueError)


def test_another_database_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"RUN041.*'mysql'"):
        urls.of_text("mysql://h/d")
    with pytest.raises(InvalidInputError, match="RUN041"):
        parts(prefix="postgresql+asyncpg://")


def test_a_password_in_the_query_is_hidden_like_any_other() -> None:
    url = urls.of_text("postgresql://me@h/d?password=geheim&sslmode=require")
    assert url.password == "geheim"
    assert url.query == {"sslmode": "require"}
    assert "geheim" not in repr(url)


ELSEWHERE = "postgresql://them@elsewhere:7000/theirs"


@pytest.mark.parametrize(
    "named",
    [
        {"text": "postgresql://h/d"},
        {"hosts": "h"},
        {"user": "me"},
        {"password": "secret"},
        {"database": "mine"},
    ],
)
def test_what_the_caller_names_wins_over_the_environment(named: dict[str, str]) -> None:
    assert parts(**named, DATABASE_URL=ELSEWHERE).host != "elsewhere"


def test_the_environment_counts_where_nothing_is_named() -> None:
    assert parts(DATABASE_URL=ELSEWHERE).render_as_string() == "postgresql+psycopg2://them@elsewhere:7000/theirs"
    local = parts(PGPORT="6000", USER="ada")
    assert (local.host, local.port, local.username, local.database) == ("localhost", 6000, "ada", "tapdb")


def test_a_named_host_gets_no_port_from_the_environment() -> None:
    assert parts("h", PGPORT="6000").port == 5432
    assert urls.of_text("postgresql://h/d").port == 5432


def test_a_replica_is_completed_from_its_primary() -> None:
    primary = parts("a", user="me", password=SECRET, database="d")
    assert urls.of_replica("postgresql://b:1", primary) == primary.set(host="b", port=1)
    theirs = urls.of_replica("postgresql://reader@b/e", primary)
    assert (theirs.username, theirs.password, theirs.database) == ("reader", None, "e")


def test_a_standby_is_looked_for_among_several_hosts_only() -> None:
    assert urls.of_replica("standby", parts("a,b")).query["target_session_attrs"] == "prefer-standby"
    with pytest.raises(InvalidInputError, match="RUN049"):
        urls.of_replica("standby", parts("a"))
