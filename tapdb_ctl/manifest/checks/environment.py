"""Rules inside one environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from tapdb_ctl.errors import Severity
from tapdb_ctl.manifest.checks.policy import policy_findings
from tapdb_ctl.manifest.checks.prefixes import RESERVED
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.models.base import milliseconds
from tapdb_ctl.manifest.models.database import Aurora, Embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.extending import Extended
    from tapdb_ctl.manifest.models.environment import Environment

_LOCAL = ("localhost", "127.0.0.1", "::1")
_MAINTENANCE = "postgres"  # https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
_DEADLOCK_TIMEOUT = 1000  # ms, https://www.postgresql.org/docs/current/runtime-config-locks.html


def environment_findings(environment: Environment, source: Extended) -> Iterator[Finding]:
    """Everything that is wrong or doubtful in an environment of the right shape."""
    yield from _identity(environment, source)
    yield from _catalogs(environment, source)
    yield from _database(environment, source)
    yield from _roles(environment, source)
    if policy := environment.spec.policy:
        yield from policy_findings(policy, source)


def _identity(environment: Environment, source: Extended) -> Iterator[Finding]:
    identity = environment.spec.identity
    for entity, prefix in (("tapdb_user", identity.tapdb_user), ("audit_log", identity.audit_log)):
        if prefix in RESERVED:
            detail = f"{prefix} belongs to {RESERVED[prefix]} alone"
            yield finding("ENV008", detail, "choose another", origin=source.origin(("spec", "identity", entity)))
    if identity.tapdb_user == identity.audit_log:
        detail = f"tapdb_user and audit_log both have {identity.audit_log}"
        yield finding("ENV008", detail, "give each its own", origin=source.origin(("spec", "identity", "audit_log")))


def _catalogs(environment: Environment, source: Extended) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, catalog in enumerate(environment.spec.catalogs):
        if catalog.name is not None and catalog.name in seen:
            yield finding(
                "ENV010", catalog.name, "rename one", origin=source.origin(("spec", "catalogs", index, "name"))
            )
        seen.add(catalog.name or "")


def _database(environment: Environment, source: Extended) -> Iterator[Finding]:
    database = environment.database
    if milliseconds(database.lock_timeout) >= _DEADLOCK_TIMEOUT:
        detail = f"{database.lock_timeout} reaches the server's default of {_DEADLOCK_TIMEOUT} ms"
        hint = "keep it below: otherwise a waiting apply can make an application the deadlock's victim"
        origin = source.origin(("spec", "database", "lock_timeout"))
        yield finding("ENV014", detail, hint, severity=Severity.WARNING, origin=origin)
    if database.name == _MAINTENANCE:
        detail = f"every server has {_MAINTENANCE}, and its tools connect there unless told otherwise"
        origin = source.origin(("spec", "database", "name"))
        yield finding("ENV016", detail, "name another; apply creates it", severity=Severity.WARNING, origin=origin)
    if isinstance(database, Embedded):
        return
    if isinstance(database, Aurora) and database.host is None and environment.spec.stack is None:
        yield finding(
            "ENV013", "neither host nor spec.stack", "give one of them", origin=source.origin(("spec", "database"))
        )
    if isinstance(database.password, SecretStr):
        local = database.host in _LOCAL
        hint = "write a reference instead: {env: NAME}, {file: PATH}, {secrets_manager: ARN} or {ssm: NAME}"
        detail = "accepted, since the server is this machine" if local else "allowed only for localhost"
        severity = Severity.WARNING if local else Severity.ERROR
        yield finding("ENV012", detail, hint, severity=severity, origin=source.origin(("spec", "database", "password")))


def _roles(environment: Environment, source: Extended) -> Iterator[Finding]:
    if (roles := environment.spec.roles) is None:
        return
    seen: set[str] = set()
    for kind, names in (("application", roles.application), ("read_only", roles.read_only)):
        for index, name in enumerate(names):
            if name in seen:
                yield finding(
                    "ENV011", name, "a role has one set of rights", origin=source.origin(("spec", "roles", kind, index))
                )
            seen.add(name)
