"""The architecture page speaks of the tree as it is."""

import re

from documents import ROOT
from sabotages import SABOTAGES

TEXT = (ROOT / "docs/architecture.md").read_text()
PROMISE = re.compile(r"^\| (\d+) \| .* \| `(test_\w+\.py)` \| (.*) \|$", re.MULTILINE)


def test_every_sabotage_stands_beside_its_promise_and_test() -> None:
    shown = {
        (name, int(number), test)
        for number, test, names in PROMISE.findall(TEXT)
        for name in re.findall(r"`([^`]+)`", names)
    }
    guards = {name: sabotage.test.partition("::")[0].rpartition("/")[2] for name, sabotage in SABOTAGES.items()}
    assert shown == {(name, sabotage.promise, guards[name]) for name, sabotage in SABOTAGES.items()}


def test_every_folder_and_module_that_is_named_exists() -> None:
    named = re.findall(r"`((?:tests|schema|templates|manifests|stacks|examples|benchmarks|docs)/[\w/.]*)`", TEXT)
    assert [path for path in named if not (ROOT / path).exists()] == []
    rooms = re.findall(r"`((?:cli|core|engine|manifest|providers|views)/[\w/.]+)`", TEXT)
    assert [path for path in rooms if not (ROOT / "tapdb_ctl" / path).exists()] == []
