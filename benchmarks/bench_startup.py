"""What a command costs before it does anything: whole processes, against the bare interpreter."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from measure import Figure, Scale, by_turns, child

if TYPE_CHECKING:
    from collections.abc import Iterator

TAPDB = str(Path(sys.executable).with_name("tapdb"))


def figures(scale: Scale) -> Iterator[Figure]:
    """`tapdb --help` and `tapdb version`."""
    for argument in ("--help", "version"):
        ours, bare = by_turns(
            scale.repeats * 3,
            lambda argument=argument: child([TAPDB, argument]),
            lambda: child([sys.executable, "-c", "pass"]),
        )
        yield Figure(f"`tapdb {argument}`", ours, "s", "≤ 12×", bare, "`python -c pass`")
