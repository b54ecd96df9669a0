"""What applications hand over to change an instance, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.errors import Finding
from tapdb_ctl.runtime.bulk.rows import document_problems, text_problems
from tapdb_ctl.runtime.merging import merged

if TYPE_CHECKING:
    from collections.abc import Iterator


class Change(NamedTuple):
    """A change of an instance; what is None stays."""

    name: str | None = None
    bstatus: str | None = None
    properties: Mapping[str, Any] | None = None
    json_addl: Mapping[str, Any] | None = None

    def document(self, present: Mapping[str, Any], *, merge: bool) -> dict[str, Any] | None:
        """What the instance is to hold, given what it holds; None where that stays.

        Merged, `json_addl` is laid over what is there and `properties` over its properties, object by object;
        otherwise each replaces its whole.
        """
        if self.properties is None and self.json_addl is None:
            return None
        if merge:
            own = {} if self.properties is None else {"properties": self.properties}
            return merged(present, merged(self.json_addl or {}, own))
        document = present if self.json_addl is None else self.json_addl
        return dict(document) if self.properties is None else {**document, "properties": self.properties}


_FIELDS = frozenset(Change._fields)


def checked(given: object) -> Change | Finding:
    """The change as a value, or what is wrong with it."""
    if not isinstance(given, Mapping):
        return malformed(f"{type(given).__name__} is no mapping")
    if unknown := given.keys() - _FIELDS:
        return malformed(f"{', '.join(sorted(map(repr, unknown)))} is not known")
    if nothing := sorted(key for key, value in given.items() if value is None):
        return malformed(f"{', '.join(nothing)} is None; what is to stay is left out")
    change = Change(**given)
    problem = next(_problems(change), None)
    return change if problem is None else malformed(problem)


def _problems(change: Change) -> Iterator[str]:
    if change.name == "":
        yield "name is empty"
    yield from text_problems(name=change.name, bstatus=change.bstatus)
    yield from document_problems(change.properties, change.json_addl)


def malformed(problem: str) -> Finding:
    """What is said of a change that is none."""
    known = ", ".join(sorted(_FIELDS))
    return Finding("RUN068", "this is no change of an instance", problem, f"a change may have {known}")
