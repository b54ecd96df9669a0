"""Drafts: instances that are yet to be written, with the children that their templates bring along. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime import storable
from tapdb_ctl.runtime.merging import merged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.layouts import Child
    from tapdb_ctl.runtime.models import generic_instance

MAX_LEVELS = 10
"""Levels of children below an instance, as in TAPDB."""


@dataclass(slots=True)
class Draft:
    """An instance before it has a uuid; `text` is its json_addl.

    `name` is None until the parent's EUID is known, where the pattern needs it; `row` is the object that hooks saw,
    None where there are no hooks.
    """

    blueprint: Blueprint
    name: str | None
    text: str
    status: str
    place: Place | None = None
    row: generic_instance | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The json_addl, read anew each time."""
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a child stands below its parent, and so what it is called."""

    parent: Draft
    child: Child
    index: int
    code: str

    @property
    def is_settled(self) -> bool:
        """Whether its name can be told before the parent is written."""
        return self.parent.name is not None and not self.child.wants_euid

    def name(self, parent_euid: str | None) -> str:
        """The name that the pattern makes."""
        return self.child.pattern.format(
            parent_name=self.parent.name,
            parent_euid=parent_euid,
            index=self.index,
            i=self.index,
            layout_index=self.child.layout_index,
            child_index=self.child.child_index,
            child_subtype=self.code.split("/")[2],
            child_template_code=self.code,
        )


def as_json(document: Mapping[str, Any], who: str) -> str:
    """The JSON of what `who` holds; raises InvalidInputError for what JSON cannot say or PostgreSQL not store."""
    try:
        return storable.document(document)
    except ValueError as error:
        raise InvalidInputError.of("RUN006", "an instance holds what JSON cannot", f"{who}: {error}") from error


@dataclass(frozen=True, slots=True)
class Base:
    """What instances of one kind begin with; its JSON is made once, however many there are."""

    blueprint: Blueprint
    document: dict[str, Any]
    text: str
    rest: str
    """The JSON of everything but the properties, less its opening brace."""
    status: str
    code: str

    @classmethod
    def of(cls, blueprint: Blueprint, document: dict[str, Any]) -> Self:
        """The beginning of instances of this template; raises as `as_json` does."""
        rest = as_json({key: value for key, value in document.items() if key != "properties"}, blueprint.code)[1:]
        properties = as_json(document["properties"], blueprint.code)
        return cls(blueprint, document, _joined(properties, rest), rest, blueprint.status, blueprint.code)

    def draft(self, name: str | None, properties: Mapping[str, Any] | None = None) -> Draft:
        """An instance, with properties laid over those of the base, object by object; raises as `as_json` does."""
        text = self.text
        if properties:
            held = merged(self.document["properties"], properties)
            text = _joined(as_json(held, f"{name!r} of {self.code}"), self.rest)
        return Draft(self.blueprint, name, text, self.status)


@dataclass(frozen=True, slots=True)
class Bases:
    """What has been worked out of templates: what instances of each begin with, and its children; by uuid."""

    own: dict[int, Base] = field(default_factory=dict)
    children: dict[int, list[tuple[Child, Base]]] = field(default_factory=dict)


def _joined(properties: str, rest: str) -> str:
    return f'{{"properties":{properties}{"" if rest == "}" else ","}{rest}'


def too_deep(codes: list[str]) -> InvalidInputError:
    """What is said of layouts below layouts below layouts."""
    return InvalidInputError.of(
        "RUN007", "layouts are nested too deeply", f"more than {MAX_LEVELS} levels: {' → '.join(codes)}"
    )


def endless(codes: list[str]) -> InvalidInputError:
    """What is said of a template that is its own child."""
    return InvalidInputError.of("RUN008", "layouts lead back to themselves", f"Cycle detected: {' → '.join(codes)}")
