"""The options that several commands share, each group a dataclass that `unfold` spreads out."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from tapdb_ctl.cli.console import Console

MANIFESTS = Path("manifests")
"""Where manifests are looked for without `-f`."""

_LONGEST = 2**31 - 1
"""Milliseconds; PostgreSQL takes no longer timeout."""

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

Strict = Annotated[
    bool,
    typer.Option("--strict/--no-strict", help="Whether a reference that leads nowhere is an error or a warning."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@dataclass(frozen=True, slots=True)
class Files:
    """Which manifests are read."""

    files: Annotated[
        list[Path],
        typer.Option("-f", "--file", metavar="PATH", help="Manifest file or folder, else ./manifests; repeatable."),
    ] = field(default_factory=list)
    var: Annotated[list[str], typer.Option("--var", metavar="NAME=VALUE", help="Value of ${var.NAME}; repeatable.")] = (
        field(default_factory=list)
    )
    var_file: Annotated[
        list[Path], typer.Option("--var-file", metavar="FILE", help="YAML or JSON file of variables; repeatable.")
    ] = field(default_factory=list)

    @property
    def paths(self) -> list[Path]:
        """What was named, else ./manifests."""
        return self.files or [MANIFESTS]


@dataclass(frozen=True, slots=True)
class Selection(Files):
    """Which manifests are read, and which environment of theirs is meant."""

    env: Annotated[
        str | None,
        typer.Option(
            "-e", "--env", metavar="NAME", envvar="TAPDB_ENV", help="Environment; else the only one declared."
        ),
    ] = None
    strict: Strict = True


@dataclass(frozen=True, slots=True)
class Look:
    """How the terminal is treated."""

    no_color: Annotated[bool, typer.Option("--no-color", help="Use no colour; NO_COLOR does the same.")] = False
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print results and findings only.")] = False

    @property
    def console(self) -> Console:
        """The streams, as these flags want them."""
        return Console(colour=not self.no_color, quiet=self.quiet)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the environment is planned."""

    target: Annotated[
        list[str],
        typer.Option("--target", metavar="ADDRESS", help="Only this and what it needs; globs allowed; repeatable."),
    ] = field(default_factory=list)
    exclude: Annotated[
        list[str],
        typer.Option("--exclude", metavar="ADDRESS", help="All but this and what needs it; globs allowed; repeatable."),
    ] = field(default_factory=list)
    prune: Annotated[
        bool, typer.Option("--prune", help="Let every catalogue prune, and revoke what declared roles do not need.")
    ] = False
    force_conflicts: Annotated[
        bool, typer.Option("--force-conflicts", help="Take over what a catalogue that is not declared here owns.")
    ] = False

    def check(self) -> None:
        """Raise BadParameter when both ways of choosing were used."""
        if self.target and self.exclude:
            raise typer.BadParameter("--target and --exclude cannot be combined")

    @property
    def chosen(self) -> bool:
        """Whether any of these was given."""
        return bool(self.target or self.exclude or self.prune or self.force_conflicts)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long locks are waited for, and whether questions may be asked."""

    lock_timeout: Annotated[
        str, typer.Option("--lock-timeout", metavar="DURATION", help="How long to wait for another apply; may be 0.")
    ] = "10s"
    input: Annotated[
        str, typer.Option("--input", metavar="BOOL", envvar="TAPDB_INPUT", help="false: never ask a question.")
    ] = "true"

    @property
    def lock_seconds(self) -> float:
        """`--lock-timeout` in seconds, 0 for no waiting; raises BadParameter when it is no duration or too long."""
        if not (match := re.fullmatch(r"([0-9]{1,10}(?:\.[0-9]{1,3})?)(ms|s|m|h|)", self.lock_timeout)):
            raise typer.BadParameter(f"--lock-timeout: {self.lock_timeout!r} is no duration such as 500ms, 10s or 2m")
        seconds = float(match[1]) * _SECONDS[match[2]]
        if seconds > _LONGEST / 1000:
            raise typer.BadParameter(f"--lock-timeout: {self.lock_timeout!r} is not from 0 to {_LONGEST}ms (596h)")
        return seconds

    @property
    def may_ask(self) -> bool:
        """Whether `--input` and TAPDB_INPUT allow questions; raises BadParameter when it is no boolean."""
        if self.input.lower() not in _TRUTH:
            raise typer.BadParameter(f"--input: {self.input!r} is neither true nor false")
        return _TRUTH[self.input.lower()]


KINDS = ("template", "catalog", "column", "index", "grant", "rewrite", "policy")
"""What `--allow-destroy` takes: nothing else is ever destroyed. `catalog` lets the last template of one go, `rewrite` a
table be copied while nobody may use it, and `policy` more be destroyed than `policy.max_destroy` says."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What the user has agreed to beforehand."""

    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", "-y", "--yes", help="Do not ask; allows no destruction.")
    ] = False
    allow_destroy: Annotated[
        list[str],
        typer.Option(
            "--allow-destroy",
            metavar="KIND",
            help="Allow a template, column or index to be destroyed, a grant to be revoked, a catalog to be emptied,"
            " a table to be locked for a rewrite, or more to go than the policy says; repeatable.",
        ),
    ] = field(default_factory=list)

    def check(self) -> None:
        """Raise BadParameter for a kind that is never destroyed."""
        from difflib import get_close_matches

        for kind in self.allow_destroy:
            if kind not in KINDS:
                close = get_close_matches(kind, KINDS, n=1)
                meant = f"did you mean {close[0]}?" if close else f"it takes {' or '.join(KINDS)}"
                raise typer.BadParameter(f"--allow-destroy: nothing is destroyed as {kind!r}; {meant}")
