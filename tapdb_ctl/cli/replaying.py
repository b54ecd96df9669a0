"""Saved plans: read back, held to their environment, and their steps computed anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tapdb_ctl.core import jsonvalue
from tapdb_ctl.core.document import Document, from_document, steps_out
from tapdb_ctl.engine.explaining import explained
from tapdb_ctl.engine.planning import planned
from tapdb_ctl.errors import RefusedError, TapdbError

if TYPE_CHECKING:
    from pathlib import Path

    from tapdb_ctl.cli.options import Part
    from tapdb_ctl.cli.wiring import Site
    from tapdb_ctl.core.plan import Plan


@dataclass(frozen=True, slots=True)
class Saved:
    """A plan as its file has it, and the steps written there, which are compared and never run."""

    plan: Plan
    steps: tuple[tuple[Document, ...], ...]
    text: str
    path: Path


def read(path: Path) -> Saved:
    """Read a plan file; raises TapdbError when it cannot be read or is no plan of this format."""
    try:
        text = path.read_text(encoding="utf-8")
        document = jsonvalue.parse(text)
    except OSError as error:
        raise TapdbError.of(
            "CLI008",
            "the plan file cannot be read",
            f"{path}: {error.strerror}",
            "make one with `tapdb plan --out FILE`",
        ) from error
    except (ValueError, RecursionError) as error:
        raise TapdbError.of(
            "PLN040", "this file is not a tapdb plan", f"{path} is no JSON", "make one with `tapdb plan --out FILE`"
        ) from error
    plan, steps = from_document(document)
    return Saved(plan, steps, text.strip(), path)


def check(saved: Saved, env: str | None, part: Part) -> None:
    """Raise RefusedError when the command line asks for something else than the file holds."""
    if env is not None and env != saved.plan.environment:
        raise RefusedError.of(
            "CLI009",
            "this plan is for another environment",
            f"{saved.path} was made for {saved.plan.environment}, not for {env}",
            f"tapdb plan -e {env} --out {saved.path}",
        )
    if part.chosen:
        raise RefusedError.of(
            "CLI011",
            "a saved plan is applied as it is",
            "--target, --exclude, --prune and --force-conflicts choose what a plan holds",
            "give them to `tapdb plan --out FILE`",
        )


def check_target(saved: Saved, target: str) -> None:
    """Raise RefusedError when the manifest now leads to another database or schema than the plan was made for."""
    if saved.plan.target != target:
        raise RefusedError.of(
            "CLI016",
            "this plan is for another database",
            f"{saved.path} was made for {saved.plan.target}; the manifest now names {target}",
            "plan again",
        )


def replanned(saved: Saved, site: Site) -> Plan:
    """The saved plan with steps computed from its changes, and explained anew.

    Raises RefusedError when the file has other steps.
    """
    try:
        anew = planned([entry.change for entry in saved.plan.changes], site.providers)
        changes = tuple(replace(entry, steps=each.steps) for entry, each in zip(saved.plan.changes, anew, strict=True))
        alike = _text(saved.steps) == _text(tuple(steps_out(entry.steps) for entry in changes))
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError) as error:
        # the providers' pure functions met attributes that no plan of theirs has
        raise _edited() from error
    if not alike:
        raise _edited()
    # Whom it touches by now and what that means is for policies to judge, which must not take a file's word for it.
    return replace(saved.plan, changes=explained(changes, site.world.database))


def _edited() -> RefusedError:
    return RefusedError.of(
        "CLI012",
        "the plan file was changed after it was made",
        "its steps are not those that its changes need; a plan file is not a way to run SQL",
        "plan again; if nobody edited the file, another version of tapdb wrote it",
    )


def _text(steps: tuple[tuple[Document, ...], ...]) -> str:
    return jsonvalue.compact([list(entry) for entry in steps])
