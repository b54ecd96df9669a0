"""Every code that a template mentions leads to a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import Severity
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.entries import is_code
from tapdb_ctl.versions import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry, Known


def reference_findings(entries: Iterable[Entry], known: Known, *, strict: bool) -> Iterator[Finding]:
    """A finding for every reference that is malformed or leads nowhere; the latter an error only when strict."""
    codes = known.entries
    severity = Severity.ERROR if strict else Severity.WARNING
    for entry in entries:
        for path, code in references(entry.json_addl):
            if code not in codes and (wrong := _wrong(entry, path, code, known, severity)):
                yield wrong


def references(json_addl: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """(path, code) of everything that json_addl refers to."""
    for key, value in (json_addl.get("action_imports") or {}).items():
        if type(value) is str:
            yield ("action_imports", key), value
        else:
            yield from ((("action_imports", key, "actions", code), code) for code in value["actions"])
    for direction in ("expected_inputs", "expected_outputs"):
        for index, value in enumerate(json_addl.get(direction) or ()):
            if type(value) is str:
                yield (direction, index), value
            elif type(code := value.get("template_code")) is str:
                yield (direction, index, "template_code"), code
    yield from ((path, code) for path, code, _ in children(json_addl))


def children(json_addl: dict[str, Any]) -> Iterator[tuple[Path, str, int]]:
    """(path, code, count) of every child that the layouts create."""
    for number, layout in enumerate(json_addl.get("instantiation_layouts") or ()):
        for index, child in enumerate(layout["child_templates"]):
            path: Path = ("instantiation_layouts", number, "child_templates", index)
            if type(child) is str:
                yield path, child, 1
            else:
                yield (*path, "template_code"), child["template_code"], child.get("count", 1)


def _wrong(entry: Entry, path: Path, code: str, known: Known, severity: Severity) -> Finding | None:
    origin = entry.origin("json_addl", *path)
    latest_allowed = path[0] != "action_imports"
    if not is_code(code) or (code.removesuffix("/").endswith(LATEST) and not latest_allowed):
        hint = "a code is category/type/subtype/version; * as version is for children and expectations"
        return finding("TPL011", f"{code!r} in {entry.code}", hint, origin=origin)
    if known.has(code):
        return None
    close = known.like(code)
    hint = f"did you mean {close}?" if close else "declare it, or add the catalogue that does to the environment"
    return finding("TPL012", f"{entry.code} refers to {code}", hint, severity=severity, origin=origin)
