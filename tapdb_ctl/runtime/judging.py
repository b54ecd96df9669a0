"""Whether instances satisfy the json_addl_schema of their template, told for all of them at once."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import Finding, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.jsonschemas.instances import Judge
    from tapdb_ctl.runtime.drafts import Draft


def judged(drafts: Iterable[Draft]) -> None:
    """Raise InvalidInputError with one finding for each draft that its template's schema refuses."""
    wrong = [finding for draft in drafts for finding in _findings(draft)]
    if wrong:
        raise InvalidInputError(*wrong)


def _findings(draft: Draft) -> Iterator[Finding]:
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
        yield Finding("RUN011", "an instance breaks the schema of its template", f"{who}: {path}: {refusal.rule}")
