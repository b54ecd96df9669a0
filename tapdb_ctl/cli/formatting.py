"""What `tapdb fmt` does with each file."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.cli import saving, wiring
from tapdb_ctl.errors import ManifestError, TapdbError
from tapdb_ctl.manifest import discovery, positions, reach, reading
from tapdb_ctl.manifest.formatting.files import Formatted, formatted, is_json
from tapdb_ctl.views import differences
from tapdb_ctl.views.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tapdb_ctl.cli.console import Console
    from tapdb_ctl.cli.options import Files
    from tapdb_ctl.errors import Finding

_STANDARD_INPUT = "<stdin>"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `--check` and `--diff` ask for."""

    check: bool
    diff: bool


class Chosen(NamedTuple):
    """Files to format; `named` are those that the user named, which need not hold a document of tapdb's."""

    files: tuple[Path, ...]
    named: frozenset[Path]
    findings: tuple[Finding, ...]


def led_to(files: Files) -> Chosen:
    """The manifests, and what they lead to."""
    found = reach.reached(files.paths, wiring.variables(files))
    return Chosen(found.files, frozenset(), found.findings)


def named(paths: Sequence[Path]) -> Chosen:
    """The files among the paths, and the YAML and JSON files in the folders, with their subfolders."""
    found: dict[Path, Path] = {}
    wrong: list[Finding] = []
    for path in paths:
        try:
            found.update((file.resolve(), file) for file in discovery.files_below(path))
        except ManifestError as error:
            wrong += error.findings
        except OSError as error:
            wrong.append(discovery.unreadable(path, error))
    return Chosen(tuple(sorted(found.values(), key=discovery.shown)), frozenset(paths), tuple(wrong))


def files(chosen: Chosen, wanted: Wanted, console: Console) -> int:
    """Format them and print the names of those that change; the exit code."""
    failed = bool(chosen.findings)
    console.findings(chosen.findings)
    changed = False
    for path in chosen.files:
        result, wrong = _formatted(path)
        if not wrong and result.before != result.after and (result.ours or path in chosen.named):
            changed = True
            wrong = () if wanted.check else _written(path, result.after)
            if not wrong:
                console.data(_told(discovery.shown(path), result, wanted, console, is_json=path.suffix == ".json"))
        console.findings(wrong)
        failed = failed or bool(wrong)
    return int(failed or (wanted.check and changed))


def stream(wanted: Wanted, console: Console) -> int:
    """Format standard input and print it, or only what `--check` and `--diff` ask for; the exit code."""
    data = sys.stdin.buffer.read(reading.MAX_BYTES + 1)
    json = is_json(data)
    result = formatted(_STANDARD_INPUT, data, is_json=json)
    if result.findings:
        console.findings(result.findings)
        return 1
    if wanted.diff:
        console.data(_difference(_STANDARD_INPUT, result, console, is_json=json))
    elif not wanted.check:
        sys.stdout.write(result.after)
    return int(wanted.check and result.before != result.after)


def _formatted(path: Path) -> tuple[Formatted, tuple[Finding, ...]]:
    try:
        data = reading.content(path)
    except OSError as error:
        return Formatted("", ""), (discovery.unreadable(path, error),)
    result = formatted(discovery.shown(path), data, is_json=path.suffix == ".json")
    return result, result.findings


def _written(path: Path, text: str) -> tuple[Finding, ...]:
    """Write the file, unless it is meant not to be written: a new one could be put in the place of that, too."""
    try:
        if not os.access(path, os.W_OK, effective_ids=True):
            raise saving.unwritable(path, PermissionError(0, "it is read-only"))
        saving.write(path, text)
    except TapdbError as error:
        return error.findings
    return ()


def _told(file: str, result: Formatted, wanted: Wanted, console: Console, *, is_json: bool) -> Iterator[str]:
    yield printable(file)
    if wanted.diff:
        yield from _difference(file, result, console, is_json=is_json)


def _difference(file: str, result: Formatted, console: Console, *, is_json: bool) -> Iterator[str]:
    hidden = frozenset[str]().union(
        *(positions.secret_lines(text, is_json=is_json) for text in (result.before, result.after))
    )
    return differences.unified(file, result.before, result.after, hidden, console.paint)
