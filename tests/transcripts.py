"""Transcripts on our pages: `console` blocks of `$ command` and what it prints, run and compared.

A line `...` in the output stands for any lines or none, and `...` inside a line for anything there.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from documents import Fence, Page

LIMIT = 120
"""Seconds that one command may take."""


@dataclass(frozen=True)
class Exchange:
    """One command and the output that the page shows for it; `line` is the command's on the page."""

    command: str
    output: str
    line: int


def exchanges(page: Page) -> Iterator[Exchange]:
    """Every command of the page's `console` blocks, in order."""
    for fence in page.fences("console"):
        yield from _exchanges(fence)


def _exchanges(fence: Fence) -> Iterator[Exchange]:
    command, line, output = "", 0, list[str]()
    for number, text in enumerate(fence.text.splitlines(), fence.line + 1):
        if text.startswith("$ "):
            if command:
                yield Exchange(command, "\n".join(output), line)
            command, line, output = text.removeprefix("$ "), number, []
        elif command.endswith("\\"):
            command += "\n" + text
        else:
            output.append(text)
    yield Exchange(command, "\n".join(output), line)


def environment(home: Path, **extra: str) -> Mapping[str, str]:
    """What a newcomer's shell holds: this virtualenv's commands first, an empty home, nothing of ours."""
    path = f"{Path(sys.executable).parent}{os.pathsep}/usr/local/bin{os.pathsep}/usr/bin{os.pathsep}/bin"
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "COLUMNS": "100", **extra}


def difference(exchange: Exchange, folder: Path, env: Mapping[str, str]) -> str:
    """Run one command in `folder`; what differs from the page, or nothing."""
    done = subprocess.run(
        ["bash", "-c", exchange.command],
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if done.returncode:
        return f"exit code {done.returncode}:\n{done.stdout}"
    if _pattern(exchange.output).fullmatch(done.stdout.strip("\n") + "\n"):
        return ""
    return f"the page shows:\n{exchange.output}\n\nthe command printed:\n{done.stdout}"


def _pattern(output: str) -> re.Pattern[str]:
    lines = (
        r"(?:.*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in output.strip("\n").split("\n")
    )
    return re.compile("".join(lines))
