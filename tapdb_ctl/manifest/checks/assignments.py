"""A variable given by `--var` is one that the manifests know: a typing error must not go unnoticed."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.variables import references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.documents import Document
    from tapdb_ctl.manifest.extending import Extended
    from tapdb_ctl.manifest.variables import Variables


def assignment_findings(environments: Iterable[Extended | None], given: Variables) -> Iterator[Finding]:
    """Names given by `--var` that no document of these environments declares or uses, as Terraform refuses them.

    Values from the process environment and from files may serve other environments and are not judged; nor is
    anything where an environment cannot be read to its end, which is None.
    """
    known: set[str] = set()
    for environment in environments:
        if environment is None:
            return
        known.update(name for layer in environment.layers for name in _known(layer))
    for name in sorted(given.assigned - known):
        yield finding("VAR005", f"--var {name}", _hint(name, known))


def _known(layer: Document) -> Iterator[str]:
    body = layer.value
    assert isinstance(body, dict), "a layer is an Environment document"
    if isinstance(defaults := body.get("vars"), dict):
        yield from defaults
    yield from references(body.get("spec"))


def _hint(name: str, known: set[str]) -> str:
    if close := get_close_matches(name, sorted(known), n=1):
        return f"did you mean {close[0]}?"
    return f"it takes {', '.join(sorted(known))}" if known else "no document has ${var.NAME} or vars: leave it out"
