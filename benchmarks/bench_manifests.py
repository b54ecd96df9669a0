"""Loading and validating a catalogue, against the bare parser on the same files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import yaml
from measure import Figure, Scale, by_turns, seconds
from projects import project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FORMS: dict[Literal["json", "yaml"], tuple[Callable[[str], Any], str, str]] = {
    "json": (json.loads, "`json.loads`", "≤ 1 s, ≤ 4×"),
    "yaml": (lambda text: yaml.load(text, Loader=yaml.CSafeLoader), "`CSafeLoader`", "≤ 8 s, ≤ 1.5×"),
}


def figures(scale: Scale) -> Iterator[Figure]:
    """Both formats."""
    for form, (parse, parser, goal) in FORMS.items():
        with project(scale.templates, form) as made:
            paths = sorted((made.folder / "templates").rglob(f"*.{form}"))
            ours, bare = by_turns(
                scale.repeats,
                lambda made=made: seconds(made.load),
                lambda paths=paths, parse=parse: seconds(lambda: _parsed(paths, parse)),
            )
        work = f"load and validate {scale.templates:,} templates, {form.upper()}"
        yield Figure(work, ours, "s", goal, bare, parser)


def _parsed(paths: list[Path], parse: Callable[[str], Any]) -> list[Any]:
    return [parse(path.read_text()) for path in paths]
