"""The filters of `instances`, as conditions: the template's in the words of the indexes that it declares."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypedDict

from sqlalchemy import Boolean, Text, cast, literal, literal_column
from sqlalchemy.dialects.postgresql import JSONB

from tapdb_ctl import properties
from tapdb_ctl.runtime import codes
from tapdb_ctl.runtime.models import generic_instance, generic_template
from tapdb_ctl.runtime.moments import moment
from tapdb_ctl.runtime.search import values
from tapdb_ctl.versions import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

CODE = (generic_instance.category, generic_instance.type, generic_instance.subtype, generic_instance.version)
"""The columns that hold an instance's template code."""


class Filters(TypedDict, total=False):
    """What `instances` takes; a filter that is None is none.

    `template` is a template or its code, whose version may be `*` for every version. Times are from `since`, included,
    to `until`, excluded. `contains` is a part of json_addl, found by the index on it.
    """

    template: generic_template | str | None
    category: str | None
    type: str | None
    subtype: str | None
    version: str | None
    status: str | Collection[str] | None
    created_since: datetime | None
    created_until: datetime | None
    modified_since: datetime | None
    modified_until: datetime | None
    contains: Mapping[str, Any] | None
    include_deleted: bool


def conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    """What instances meet that pass all filters."""
    yield from _template(filters.get("template"), deleted=filters.get("include_deleted", False))
    parts = (filters.get("category"), filters.get("type"), filters.get("subtype"), filters.get("version"))
    yield from (column == values.text(part) for column, part in zip(CODE, parts, strict=True) if part is not None)
    yield from _status(filters.get("status"))
    created, modified = generic_instance.created_dt, generic_instance.modified_dt
    yield from between(created, filters.get("created_since"), filters.get("created_until"))
    yield from between(modified, filters.get("modified_since"), filters.get("modified_until"))
    yield from _contains(filters.get("contains"))


def between(
    column: InstrumentedAttribute[Any], since: datetime | None, until: datetime | None
) -> Iterator[ColumnElement[bool]]:
    """Times from `since` on and before `until`."""
    if since is not None:
        yield column >= moment(since)
    if until is not None:
        yield column < moment(until)


def _template(template: generic_template | str | None, *, deleted: bool) -> Iterator[ColumnElement[bool]]:
    parts = _parts(template)
    if len(parts) == len(CODE) and not deleted:
        # Bound values would do for drivers that write them into the statement, and hide the index from the others.
        yield literal_column(properties.live_instances("/".join(parts), properties.TABLE), Boolean())
        return
    yield from (column == part for column, part in zip(CODE, parts, strict=False))
    if not deleted:
        yield ~generic_instance.is_deleted


def _parts(template: generic_template | str | None) -> tuple[str, ...]:
    """The parts of the code that count."""
    if template is None:
        return ()
    if isinstance(template, generic_template):
        return template.category, template.type, template.subtype, template.version
    parts = codes.parts(values.text(template))
    return parts[:-1] if parts[-1] == LATEST else parts


def _status(status: str | Collection[str] | None) -> Iterator[ColumnElement[bool]]:
    if isinstance(status, Collection) and not isinstance(status, str):
        yield generic_instance.bstatus.in_(sorted(map(values.text, status)))
    elif status is not None:
        yield generic_instance.bstatus == values.text(status)


def _contains(part: Mapping[str, Any] | None) -> Iterator[ColumnElement[bool]]:
    if part is not None:
        held = cast(literal(values.document(part), Text()), JSONB)
        yield generic_instance.json_addl.op("@>", is_comparison=True)(held)
