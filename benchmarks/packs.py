"""Template packs that look like real ones, the same for the same number of templates.

100 files; templates of 0.3 to 30 kB whose sizes follow a heavy-tailed distribution (most are small), a tenth with
a json_addl_schema that they share, a tenth with layouts, all with an action import.
"""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = 100
SMALLEST, LARGEST = 300, 30_000
"""Bytes of a template as JSON."""

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "properties": {
            "type": "object",
            "required": ["barcode"],
            "properties": {
                "name": {"type": "string", "maxLength": 200},
                "barcode": {"type": "string", "pattern": "^[A-Z0-9]{6,12}$"},
                "volume_ul": {"type": "number", "minimum": 0},
            },
        }
    },
}


def templates(count: int) -> Iterator[dict[str, Any]]:
    """`count` templates, the last of them the action that the others import."""
    random = Random(7)
    for number in range(count - 1):
        yield _plate(number, min(LARGEST, SMALLEST * random.paretovariate(0.95)), random)
    yield _template("action", "core", "create-note", "XX", {})


def _plate(number: int, size: float, random: Random) -> dict[str, Any]:
    """A plate that grows to its size by wells, the kind of detail that real packs grow by."""
    wells: list[dict[str, Any]] = []
    addl: dict[str, Any] = {
        "properties": {"name": f"Plate {number}", "comments": "", "volume_ul": 0.5, "wells": wells},
        "action_imports": {"create_note": "action/core/create-note/1.0"},
    }
    plate = _template("container", "plate", f"plate-{number}", "CX", addl)
    match number % 10:
        case 0:
            plate["json_addl_schema"] = SCHEMA
        case 1:
            child = {"template_code": f"container/plate/plate-{number - 1}/1.0", "count": 2}
            addl["instantiation_layouts"] = [{"name_pattern": "{parent_name}-{index:02d}", "child_templates": [child]}]
    missing = size - len(json.dumps(plate))
    while missing > 0:
        wells.append(
            {"row": random.choice("ABCDEFGH"), "column": random.randrange(1, 13), "volume_ul": 12.5, "note": ""}
        )
        missing -= len(json.dumps(wells[-1]))
    return plate


def _template(category: str, type_: str, subtype: str, prefix: str, addl: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": subtype.replace("-", " ").capitalize(),
        "polymorphic_discriminator": f"{category}_template",
        "category": category,
        "type": type_,
        "subtype": subtype,
        "version": "1.0",
        "instance_prefix": prefix,
        "is_singleton": False,
        "bstatus": "active",
        "json_addl": addl,
    }


Form: TypeAlias = Literal["json", "yaml", "plain"]
"""What packs are written as; `plain` is JSON of small templates that are all alike, 0.4 kB each."""


def write(folder: Path, count: int, form: Form) -> None:
    """The packs as files in `folder`."""
    folder.mkdir(parents=True)
    every = [_tube(number) for number in range(count)] if form == "plain" else list(templates(count))
    for number in range(FILES):
        pack = {"templates": every[number::FILES]}
        text = yaml.dump(pack, Dumper=_Plain, sort_keys=False) if form == "yaml" else json.dumps(pack, indent=2)
        (folder / f"pack-{number:03}.{'yaml' if form == 'yaml' else 'json'}").write_text(text)


def _tube(number: int) -> dict[str, Any]:
    properties = {"name": f"Tube {number}", "volume_ul": number, "note": "x" * 300}
    return _template("container", "tube", f"tube-{number}", "CX", {"properties": properties})


class _Plain(yaml.CSafeDumper):
    """Writes shared parts out, as people do."""

    def ignore_aliases(self, data: object) -> bool:
        """Never an anchor."""
        del data
        return True
