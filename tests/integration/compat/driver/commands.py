"""The library's own command line: its seeding, its users, its look at the schema."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import App, behaviour, scalar
from daylily_tapdb import generic_template
from daylily_tapdb.cli import build_app
from sqlalchemy import text
from typer.testing import CliRunner

PACKS = os.environ["TAPDB_COMPAT_PACKS"]
QUEUE = "workflow_step/queue/available/1.0"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(build_app(), arguments)
    return done.output if done.exit_code == 0 else f"exit {done.exit_code}: {done.output}"


def _seeded(*options: str) -> list[str]:
    told = run("db", "data", "seed", "dev", "--config", PACKS, "--include-workflow", *options)
    return [" ".join(line.split()) for line in told.partition("Seed Summary:")[2].splitlines() if line.strip()]


def _audited(app: App) -> int:
    with app.session() as session:
        return int(scalar(session, "SELECT count(*) FROM audit_log"))


@behaviour("seeding again leaves every template alone")
def seed(app: App) -> Any:
    before = _audited(app)
    return [_seeded(), _audited(app) - before]


@behaviour("seeding with --overwrite upserts every template")
def overwrite(_: App) -> Any:
    return _seeded("--overwrite")


@behaviour("seeding what has not changed is no event")
def overwrite_history(app: App) -> Any:
    _seeded("--overwrite")
    before = _audited(app)
    _seeded("--overwrite")
    return _audited(app) - before


@behaviour("seeding with --overwrite revives a deleted template")
def revived(app: App) -> Any:
    with app.session() as session:
        template = app.templates.get_template(session, QUEUE)
        session.delete(template)
    left, _ = [_state(app)], _seeded()
    left += [_state(app)]
    _seeded("--overwrite")
    return [*left, _state(app)]


def _state(app: App) -> bool:
    with app.session() as session:
        category, kind, subtype, version = QUEUE.split("/")
        code = {"category": category, "type": kind, "subtype": subtype, "version": version}
        return bool(session.query(generic_template).filter_by(**code).one().is_deleted)


@behaviour("seeding adds a template that is missing, with a prefix of its own")
def seed_more(app: App) -> Any:
    with TemporaryDirectory() as folder:
        pack = Path(folder) / "generic" / "more.json"
        pack.parent.mkdir()
        tube = (Path(PACKS) / "generic" / "compat.json").read_text()
        pack.write_text(tube.replace('"compat"', '"more"').replace('"CX"', '"MX"').replace("/compat/", "/more/"))
        run("db", "data", "seed", "dev", "--config", folder)
    with app.session() as session:
        return [app.create(session, "container/plate/more/1.0").euid_prefix]


@behaviour("users are added, changed, switched off and deleted for real")
def users(app: App) -> Any:
    changes = (
        ("add", "dev", "--username", "grace", "--email", "g@example.org", "--password", "secret"),
        ("set-role", "dev", "grace", "admin"),
        ("deactivate", "dev", "grace"),
    )
    told = [run("user", *arguments).startswith("✓") for arguments in changes]
    with app.session() as session:
        row = session.execute(
            text("SELECT euid_prefix, role, is_active FROM tapdb_user WHERE username = 'grace'")
        ).one()
    told.append(run("user", "delete", "dev", "grace", "--force").startswith("✓"))
    with app.session() as session:
        return [*told, list(row), scalar(session, "SELECT count(*) FROM tapdb_user WHERE username = 'grace'")]


@behaviour("a user is provisioned by SQL and signs in")
def signed_in(app: App) -> Any:
    insert = "INSERT INTO tapdb_user (username, email, role) VALUES (:name, :name, 'user') RETURNING euid_prefix"
    with app.session() as session:
        prefix = scalar(session, insert, name="x@example.org")
    with app.session() as session:
        session.execute(text("UPDATE tapdb_user SET last_login_dt = now() WHERE username = 'x@example.org'"))
        query = "SELECT last_login_dt IS NOT NULL AND modified_dt > created_dt FROM tapdb_user WHERE username = :name"
        return [prefix, scalar(session, query, name="x@example.org")]


@behaviour("the schema is seen, and is not applied over")
def schema(_: App) -> Any:
    status = run("db", "schema", "status", "dev")
    applied = run("db", "schema", "apply", "dev")
    return ["Schema: installed" in status, "error" in status, "skipping apply" in applied, "prefixes synced" in applied]


@behaviour("no migration of its own is pending")
def migrate(_: App) -> Any:
    return "up to date" in run("db", "schema", "migrate", "dev")


@behaviour("a backup of its tables is written")
def backup(_: App) -> Any:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "backup.sql"
        told = run("db", "data", "backup", "dev", "--output", str(file))
        return ["Backup created" in told, file.exists() and "COPY public.generic_instance" in file.read_text()]
