"""Loading and validating a catalogue of ten thousand templates, against the bare parsers in the same run.

The packs look like real ones: 100 files, templates of 0.3 to 30 kB whose sizes follow a heavy-tailed distribution
(most are small), a tenth with a json_addl_schema that they share, a tenth with layouts, all with action imports.
The limit is what reading the same files with `json.load` or `yaml.load(…, CSafeLoader)` costs, the
values being kept.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Callable

SMALLEST, LARGEST = 300, 30_000
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
ENVIRONMENT = {
    "apiVersion": "tapdb/v1",
    "kind": "Environment",
    "metadata": {"name": "bench"},
    "spec": {"database": {"engine": "embedded"}, "catalogs": [{"name": "lab", "path": "../templates"}]},
}


def template(number: int, chance: random.Random) -> dict[str, Any]:
    """One template; its size comes from wells, the kind of detail that real packs grow by."""
    size = min(LARGEST, SMALLEST * chance.paretovariate(0.95))
    addl: dict[str, Any] = {
        "properties": {"name": f"Plate {number}", "comments": "", "volume_ul": 0.5, "wells": []},
        "action_imports": {"create_note": "action/core/create-note/1.0"},
        "cogs": {"state": "active", "cost": "12.50", "allocation_type": "per-sample"},
    }
    made: dict[str, Any] = {
        "name": f"Plate {number}",
        "polymorphic_discriminator": "container_template",
        "category": "container",
        "type": "plate",
        "subtype": f"plate-{number}",
        "version": "1.0",
        "instance_prefix": "CX",
        "is_singleton": False,
        "bstatus": "active",
        "json_addl": addl,
    }
    if number % 10 == 0:
        made["json_addl_schema"] = SCHEMA
    if number % 10 == 1:
        children = [
            f"container/plate/plate-{number - 1}/1.0",
            {"template_code": "content/specimen/blood/1.0", "count": 2},
        ]
        addl["instantiation_layouts"] = [{"name_pattern": "{parent_name}-{index:02d}", "child_templates": children}]
    while len(json.dumps(made)) < size:
        for _ in range(8):
            well = {
                "row": chance.choice("ABCDEFGH"),
                "column": chance.randrange(1, 13),
                "volume_ul": chance.randrange(1000) / 10,
            }
            addl["properties"]["wells"].append({**well, "role": "sample", "note": "kept at four degrees until use"})
    return made


def named(category: str, kind: str, subtype: str, prefix: str) -> dict[str, Any]:
    """A bare template for others to refer to."""
    code = {"category": category, "type": kind, "subtype": subtype, "version": "1.0"}
    return {"name": subtype, "polymorphic_discriminator": f"{category}_template", "instance_prefix": prefix, **code}


def write(folder: Path, count: int, suffix: str) -> list[Path]:
    """The packs as JSON or YAML files, the same for every run."""
    chance = random.Random(7)
    templates = [template(number, chance) for number in range(count - 2)]
    templates += [named("action", "core", "create-note", "XX"), named("content", "specimen", "blood", "CNX")]
    (folder / "templates").mkdir(parents=True)
    (folder / "manifests").mkdir()
    (folder / "manifests" / "bench.json").write_text(json.dumps(ENVIRONMENT))
    files = []
    for number in range(100):
        files.append(folder / "templates" / f"pack-{number:03d}.{suffix}")
        pack = {"templates": templates[number::100]}
        text = json.dumps(pack, indent=2) if suffix == "json" else yaml.dump(pack, Dumper=Plain, sort_keys=False)
        files[-1].write_text(text)
    return files


class Plain(yaml.CSafeDumper):
    """Writes shared parts out, as people do."""

    def ignore_aliases(self, data: object) -> bool:
        """Never an anchor."""
        del data
        return True


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def parse_json(files: list[Path]) -> list[Any]:
    """The limit for JSON; the values are kept, as a load has to."""
    return [json.loads(file.read_text("utf-8")) for file in files]


def parse_yaml(files: list[Path]) -> list[Any]:
    """The limit for YAML."""
    return [yaml.load(file.read_text("utf-8"), yaml.CSafeLoader) for file in files]


def measure(suffix: str, limit: Callable[[list[Path]], list[Any]], count: int, rounds: int, goals: str) -> None:
    """Print medians of the bare parser and of `load`, alternating so that both meet the same machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write(folder, count, suffix)
        size = sum(file.stat().st_size for file in files)
        bare, ours = [], []
        for _ in range(rounds):
            bare.append(timed(lambda: limit(files)))
            ours.append(timed(lambda: loading.load([folder / "manifests"], None, Variables())))
    low, high = statistics.median(bare), statistics.median(ours)
    print(
        f"{suffix}: {count:,} templates, {size / 1e6:.1f} MB, {len(files)} files: "
        f"bare parser {low:.3f} s, load {high:.3f} s, ratio {high / low:.2f} (goals: {goals})"
    )


def main() -> None:
    """Measure both formats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a short run that only proves that this works")
    smoke = parser.parse_args().smoke
    count, rounds = (300, 1) if smoke else (10_000, 5)
    measure("json", parse_json, count, rounds, "1 s, 4")
    measure("yaml", parse_yaml, count, 1 if smoke else 3, "8 s, 1.5")


if __name__ == "__main__":
    main()
