"""Whether drafts are as their templates want them, told for all of them at once."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import class_mapper

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tapdb_ctl.jsonschemas.instances import Judge
    from tapdb_ctl.runtime.drafts import Draft


def judged(drafts: Sequence[Draft]) -> None:
    """Raise InvalidInputError with a finding for each template without a class, or each draft that breaks a schema."""
    templates = {draft.blueprint.uuid: draft.blueprint for draft in drafts}.values()
    refuse(unmapped(of.code, of.discriminator) for of in templates if not mapped(of.discriminator))
    if any(of.schema is not None for of in templates):
        refuse(finding for draft in drafts for finding in breaches(draft))


def refuse(findings: Iterable[Finding]) -> None:
    """Raise InvalidInputError if there are any."""
    if wrong := list(findings):
        raise InvalidInputError(*wrong)


def mapped(kind: str | None) -> bool:
    """Whether a class is there for this discriminator; rows without one can be read, and belong to somebody else."""
    return kind in class_mapper(generic_instance, configure=False).polymorphic_map


def unmapped(who: str, kind: str) -> Finding:
    """What is said of creating an instance whose class nobody mapped."""
    return Finding(
        "RUN010",
        "no class is mapped for the instances of a template",
        f"{who}: {kind}",
        "subclass generic_instance with this polymorphic_identity, or correct the template",
    )


def breaches(draft: Draft) -> Iterator[Finding]:
    """What the schema of its template says of a draft; nothing where there is none."""
    if judge := draft.blueprint.judge:
        yield from refusals(judge, draft.text, f"{draft.name!r} of {draft.blueprint.code}")


def refusals(judge: Judge, text: str, who: str) -> Iterator[Finding]:
    """What is wrong with a json_addl, given as JSON; `who` names its instance and template."""
    from tapdb_ctl.jsonschemas.instances import ASIDE, UnjudgedError  # noqa: PLC0415 - only where there is a schema

    document: dict[str, Any] = json.loads(text, parse_float=Decimal)
    try:
        refusal = judge.refusal({key: value for key, value in document.items() if key not in ASIDE})
    except UnjudgedError as error:
        yield Finding(
            "RUN012", "it cannot be told whether an instance satisfies its schema", f"{who}: {error.__cause__}"
        )
        return
    if refusal:
        path = ".".join(("json_addl", *map(str, refusal.path)))
        rule = f"{refusal.rule} {refusal.limit}".rstrip()
        yield Finding("RUN011", "an instance breaks the schema of its template", f"{who}: {path}: {rule}")
