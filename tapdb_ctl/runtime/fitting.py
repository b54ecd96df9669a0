"""Whether what a session is about to flush is as templates want it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from tapdb_ctl.runtime.blueprints import Blueprint
from tapdb_ctl.runtime.drafts import as_json
from tapdb_ctl.runtime.judging import mapped, refusals, refuse, unmapped
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.runtime.catalog import Catalog
    from tapdb_ctl.runtime.changes import Change
    from tapdb_ctl.runtime.models import generic_template


def fit(
    session: Session, catalog: Catalog, waiting: Iterable[Change], templates: Sequence[generic_template] = ()
) -> None:
    """Raise InvalidInputError for new instances of unknown classes, and for documents that their templates refuse.

    A document is judged where it is new or changed. `templates` are those that the same flush writes, and are taken
    as they will be. At most two statements.
    """
    rows = [(change.event == "create", change.row) for change in waiting if isinstance(change.row, generic_instance)]
    refuse(
        unmapped(repr(row.name), row.polymorphic_discriminator)
        for is_new, row in rows
        if is_new and not mapped(row.polymorphic_discriminator)
    )
    documents = [row for is_new, row in rows if is_new or inspect(row).attrs.json_addl.history.has_changes()]
    known = blueprints_of(session, catalog, documents, templates)
    refuse(finding for row in documents for finding in _breaches(row, known.get(id(row))))


def blueprints_of(
    session: Session, catalog: Catalog, rows: Sequence[generic_instance], templates: Sequence[generic_template]
) -> Mapping[int, Blueprint]:
    """The template of each row, by the row's id()."""
    unwritten = {id(template) for template in templates}
    edited = {template.uuid: template for template in templates if template.uuid is not None}
    found: dict[int, Blueprint] = {}
    wanted: dict[int, int] = {}
    for row in rows:
        template = edited.get(row.template_uuid) or _given(row)
        if template is not None and id(template) in unwritten:
            found[id(row)] = _sketch(template)
        elif uuid := row.template_uuid or getattr(template, "uuid", None):
            wanted[id(row)] = uuid
    known = catalog.of_uuids(session, set(wanted.values())) if wanted else {}
    return found | {row: known[uuid] for row, uuid in wanted.items() if uuid in known}


def _given(row: generic_instance) -> generic_template | None:
    """The template that the application named by the object; its uuid is taken from there when it is flushed."""
    state = inspect(row)
    return None if "parent_template" in state.unloaded else row.parent_template


def _sketch(template: generic_template) -> Blueprint:
    schema = template.json_addl_schema
    return Blueprint(
        uuid=template.uuid,
        euid=template.euid,
        category=template.category,
        type=template.type,
        subtype=template.subtype,
        version=template.version,
        discriminator=template.instance_polymorphic_identity or "",
        is_singleton=template.is_singleton,
        is_deleted=template.is_deleted,
        json_addl=template.json_addl,
        schema=None if schema is None else json.dumps(schema),
    )


def _breaches(row: generic_instance, blueprint: Blueprint | None) -> Iterator[Finding]:
    """What is wrong with a row's document; without a template the database refuses the row by itself."""
    if blueprint and (judge := blueprint.judge):
        who = f"{row.euid or repr(row.name)} of {blueprint.code}"
        yield from refusals(judge, as_json(row.json_addl or {}, who), who)
