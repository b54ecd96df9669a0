"""The course of `tapdb apply`: plan or saved plan, consent, the engine, the report."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tapdb_ctl.cli import github, planning, provenance, replaying, voices, wiring
from tapdb_ctl.cli.interrupt import InterruptedApplyError, stopping_cleanly
from tapdb_ctl.engine import applying
from tapdb_ctl.errors import RefusedError, TapdbError
from tapdb_ctl.manifest.policies import policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tapdb_ctl.cli.options import Look, Part, Patience, Permission, Selection
    from tapdb_ctl.cli.voices import Voice
    from tapdb_ctl.cli.wiring import Site
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.manifest.loading import Loaded
    from tapdb_ctl.manifest.models.environment import Environment

FAILED = 1


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks of an apply; `destroy` holds the kinds of `--allow-destroy`.

    `command` is its name; `load` and `make` are how it comes to its plan where none was saved.
    """

    selection: Selection
    part: Part
    planfile: Path | None
    approved: bool
    may_ask: bool
    lock_wait: float
    destroy: frozenset[str]
    command: str = "apply"
    make: Callable[[Loaded, Site, Part], Plan] = planning.made
    load: Callable[[Selection], Loaded] = wiring.load


def requested(
    permission: Permission,
    part: Part,
    selection: Selection,
    patience: Patience,
    look: Look,
    *,
    json: bool,
    **more: Any,  # noqa: ANN401 - whatever the fields of Request are
) -> int:
    """Apply as a command's options say, in words or events; `more` are fields of Request. The exit code."""
    part.check()
    permission.check()
    request = Request(
        selection=selection,
        part=part,
        planfile=None,
        approved=permission.auto_approve,
        may_ask=patience.may_ask and not json,
        lock_wait=patience.lock_seconds,
        destroy=frozenset(permission.allow_destroy),
    )
    request = replace(request, **more)
    voice = voices.Machine(look.console) if json else voices.Person(look.console)
    return run(request, github.listening(voice))


def run(request: Request, voice: Voice) -> int:
    """Apply, telling `voice` how it goes; the exit code."""
    try:
        _run(request, voice)
    except TapdbError as error:
        voice.failed(error)
        return error.__cause__.code if isinstance(error.__cause__, InterruptedApplyError) else FAILED
    return 0


def _run(request: Request, voice: Voice) -> None:
    saved = replaying.read(request.planfile) if request.planfile else None
    if saved:
        replaying.check(saved, request.selection.env, request.part)
        place = wiring.connection(request.selection, saved.plan.environment)
        replaying.check_target(saved, place.environment.target)
        with wiring.site(place, "apply", request.lock_wait) as site:
            consent = _consent(request, place.environment)
            _carry_out(replaying.replanned(saved, site), site, consent, request, voice)
    else:
        loaded = request.load(request.selection)
        with wiring.site(loaded, request.command, request.lock_wait) as site:
            consent = _consent(request, loaded.environment)
            _carry_out(request.make(loaded, site, request.part), site, consent, request, voice)


def _consent(request: Request, environment: Environment) -> applying.Consent:
    return applying.Consent(request.destroy, bool(environment.spec.protect), policy(environment))


def _carry_out(plan: Plan, site: Site, consent: applying.Consent, request: Request, voice: Voice) -> None:
    refusal = _refusal(plan, consent)
    voice.planned(plan, refusal.findings if refusal else ())
    if refusal:
        raise refusal
    if plan.changes and not request.approved:
        _ask(plan, request)
    _perform(plan, site, consent, voice)


def _refusal(plan: Plan, consent: applying.Consent) -> RefusedError | None:
    """Why the engine will not apply this plan: known before it is shown, so that each finding is told once."""
    try:
        applying.check(plan, consent)
    except RefusedError as error:
        return error
    return None


def _perform(plan: Plan, site: Site, consent: applying.Consent, voice: Voice) -> None:
    total = sum(len(planned.steps) for planned in plan.changes)
    with stopping_cleanly() as interruption:
        with voice.applying(total) as advance:

            def progress(steps: int) -> None:
                advance(steps)
                interruption.check()

            entry = provenance.entry(site.directory, plan.rollback_to)
            report = applying.apply(plan, site.world, consent, entry, progress)
        voice.completed(report)


def _ask(plan: Plan, request: Request) -> None:
    """Return when a person at a terminal says yes; raise RefusedError otherwise."""
    if not (request.may_ask and sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise RefusedError.of(
            "CLI006",
            "these changes were not approved",
            "nobody can be asked: there is no terminal, or --input=false, TAPDB_INPUT=0 or --json forbids it",
            f"read the plan, then run `tapdb {request.command} --auto-approve`; `tapdb apply` takes a saved plan, too",
        )
    sys.stdout.flush()
    sys.stderr.write(f"\nMake these changes to environment {plan.environment}? Only 'yes' is taken as consent: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != "yes":
        raise RefusedError.of("CLI007", "the apply was cancelled", "nothing was changed")
