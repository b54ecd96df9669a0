"""What `plan` and `apply` have in common: making a plan and showing it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tapdb_ctl import __version__
from tapdb_ctl.engine import planning, rolling_back
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.errors import Finding, Severity
from tapdb_ctl.manifest import recorded
from tapdb_ctl.manifest.positions import place
from tapdb_ctl.views import documents, human

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from tapdb_ctl.cli.console import Console
    from tapdb_ctl.cli.options import Part
    from tapdb_ctl.cli.wiring import Site
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.manifest.loading import Loaded


def made(loaded: Loaded, site: Site, part: Part, to_apply: int | None = None) -> Plan:
    """The plan of an environment, with what its manifests warn about and every finding placed in its file.

    With `to_apply` it leads to what the catalogues owned after that ledger entry.
    """
    desired = replace(loaded.desired, force=part.force_conflicts)
    if part.prune:
        desired = planning.pruning(desired)
    if to_apply is not None:
        desired = rolling_back.wanted(desired, site.archive, to_apply, recorded.declared)
    scope = Scope(tuple(part.target), tuple(part.exclude))
    plan = planning.plan(desired, site.providers, scope, site.world.database)
    if to_apply is not None:
        plan = rolling_back.noted(plan, to_apply)
    return placed(loaded, plan, _narrowed(part))


def placed(loaded: Loaded, plan: Plan, more: Iterable[Finding] = ()) -> Plan:
    """The plan with what its manifests warn about and `more`, every finding in its file."""
    findings = place((*loaded.findings, *plan.findings, *more))
    return replace(plan, findings=tuple(findings), guards=tuple(place(plan.guards)))


def show(plan: Plan, console: Console, told: Collection[Finding] = ()) -> None:
    """The plan on standard output, less findings `told` elsewhere; with `-q` its numbers and findings only."""
    if console.quiet:
        console.data(human.summary(plan, console.paint, told))
    else:
        console.data(human.lines(plan, console.paint, told=told))


def document(plan: Plan, form: Callable[..., str] = documents.plan) -> str:
    """A plan's document, stamped with the present time."""
    return form(plan, tapdb_version=__version__, timestamp=datetime.now(UTC).isoformat(timespec="seconds"))


def _narrowed(part: Part) -> Iterator[Finding]:
    """Terraform's warning that a plan is not the whole: it must not be taken for one."""
    if part.target or part.exclude:
        yield Finding(
            "PLN021",
            "the plan is narrowed",
            "--target or --exclude left resources out, and those were not compared",
            "plan without them before you take the environment to be as declared",
            Severity.WARNING,
        )
