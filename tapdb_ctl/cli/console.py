"""Where text goes: data to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING

from tapdb_ctl.cli.environment import colourful
from tapdb_ctl.views import findings as findings_view
from tapdb_ctl.views.text import Paint, Style, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tapdb_ctl.errors import Finding


class Console:
    """The two streams of a command, with what its flags say about them."""

    def __init__(self, *, colour: bool = True, quiet: bool = False) -> None:
        self.quiet = quiet
        self.paint = Paint(colourful(sys.stdout, forbidden=not colour))
        self.aside = Paint(colourful(sys.stderr, forbidden=not colour))
        self._out = sys.stdout

    def turned(self) -> Console:
        """The same console with its data on standard error, for when standard output holds something else."""
        turned = copy(self)
        turned.paint, turned._out = self.aside, sys.stderr  # noqa: SLF001 - its own kind
        return turned

    def data(self, lines: Iterable[str]) -> None:
        """What was asked for: lines to standard output."""
        self._out.writelines(f"{line}\n" for line in lines)

    def note(self, lines: Iterable[str]) -> None:
        """What is good to know: lines to standard error, unless `-q`."""
        if not self.quiet:
            sys.stdout.flush()
            sys.stderr.writelines(f"{line}\n" for line in lines)

    def findings(self, found: Sequence[Finding]) -> None:
        """Findings to standard error, with their places looked up."""
        findings(found, self.aside)


def discard_output() -> None:
    """Let what is still buffered, and what comes, go nowhere, so that the flush at exit does not fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def reader_may_go() -> Iterator[None]:
    """Inside the block standard output may be closed, as `head` does: the command ends as if all had been read."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()


def findings(found: Sequence[Finding], paint: Paint | None = None) -> None:
    """Findings to standard error."""
    from tapdb_ctl.manifest.positions import place

    sys.stdout.flush()
    paint = paint or Paint(colourful(sys.stderr))
    sys.stderr.writelines(f"{line}\n" for line in findings_view.findings(place(found), paint))


def once() -> Callable[[Sequence[Finding]], None]:
    """Like `findings`, for what may be found several times in one command: it is told the first time."""
    told: set[Finding] = set()

    def tell(found: Sequence[Finding]) -> None:
        findings([finding for finding in found if finding not in told])
        told.update(found)

    return tell


def error(message: str, label: str = "error") -> None:
    """One line to standard error."""
    sys.stdout.flush()
    paint = Paint(colourful(sys.stderr))
    style = Style.ERROR if label == "error" else Style.NOTE
    sys.stderr.write(f"{paint(f'{label}:', style)} {printable(message)}\n")
