"""The plan as a JSON document, and back: what `plan --out` writes and `apply PLANFILE` reads.

docs/plan-contract.md describes the fields, schema/plan.schema.json holds them. Same plan, same bytes,
`timestamp` aside.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import (
    Adopt,
    Change,
    Create,
    Delete,
    Replace,
    Update,
    after,
    before,
    previous_address,
    previous_owner,
    reason,
    subject,
)
from tapdb_ctl.core.drift import drifts
from tapdb_ctl.core.notes import notes_in, notes_out
from tapdb_ctl.core.plan import Plan, PlannedChange, Summary
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.step import Sql, Step
from tapdb_ctl.errors import Finding, Severity, TapdbError, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.core.jsonvalue import JsonValue

FORMAT_VERSION = "1.0"
"""Minor: fields were added. Major: meanings changed, and older readers must refuse."""

Document = dict[str, Any]


def to_document(plan: Plan, *, tapdb_version: str, timestamp: str) -> Document:
    """The plan as JSON-ready values, keys in one order, lists sorted."""
    return {
        "format_version": FORMAT_VERSION,
        "tapdb_version": tapdb_version,
        "environment": plan.environment,
        "target": plan.target,
        "timestamp": timestamp,
        "manifest_digest": plan.manifest_digest,
        "plan_digest": digest(plan),
        "rollback_to": plan.rollback_to,
        "live_fingerprint": plan.fingerprint,
        "live_state": {str(address): digest for address, digest in sorted(plan.live.items())},
        "catalogs": list(plan.catalogs),
        "resource_changes": [_planned_out(planned) for planned in plan.changes],
        "resource_drift": [_planned_out(drift) for drift in drifts(plan.changes)],
        "findings": [finding_out(finding) for finding in plan.findings],
        "guards": [finding_out(finding) for finding in plan.guards],
        "summary": summary_out(plan.summary),
    }


def from_document(document: JsonValue) -> tuple[Plan, tuple[tuple[Document, ...], ...]]:
    """The plan that a document records, with its steps as recorded; the caller computes them anew.

    Raises TapdbError when it is no plan, or one of a format that this version does not know.
    """
    try:
        return _read(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TapdbError.of(
            "PLN040",
            "this file is not a tapdb plan",
            f"it has no {error}" if isinstance(error, KeyError) else "a field holds what does not belong there",
            "make one with `tapdb plan --out FILE`",
        ) from error


def digest(plan: Plan) -> str:
    """Identifies what a plan does and from where it starts, wherever and whenever it is computed.

    Steps are left out: they follow from the changes.
    """
    lines = [plan.environment, plan.target, plan.manifest_digest, plan.fingerprint]
    for planned in plan.changes:
        change = planned.change
        sides = (f"{r.digest} {r.owner} {bool(r.protected)}" if r else "-" for r in (before(change), after(change)))
        was = previous_address(change)
        lines.append(f"{was or ''} {change.address} {'-'.join(change.actions)} {' '.join(sides)} {reason(change)}")
    if plan.rollback_to is not None:
        lines.append(f"rollback to {plan.rollback_to}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def finding_out(finding: Finding) -> Document:
    """A finding as JSON-ready values, without the source line."""
    where = finding.where and {"file": finding.where.file, "line": finding.where.line, "column": finding.where.column}
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "summary": finding.summary,
        "detail": finding.detail,
        "hint": finding.hint,
        "address": finding.address,
        "where": where,
    }


def steps_out(steps: tuple[Step, ...]) -> tuple[Document, ...]:
    """Steps as a document records them."""
    return tuple(map(_step_out, steps))


def summary_out(summary: Summary) -> Document:
    """A plan's numbers as documents and the ledger record them."""
    return {"import": summary.imports, "add": summary.adds, "change": summary.changes, "destroy": summary.destroys}


def change_out(change: Change) -> Document:
    """A change as documents record it, without what a plan tells besides."""
    old, new, was = before(change), after(change), previous_address(change)
    return {
        "address": str(change.address),
        "previous_address": was and str(was),
        "type": change.address.type,
        "name": change.address.name,
        "catalog": subject(change).owner,
        "previous_catalog": previous_owner(change),
        "change": {
            "actions": list(change.actions),
            "before": old and old.document,
            "after": new and new.document,
            "after_unknown": {},
            "before_sensitive": {},
            "after_sensitive": {},
            "replace_paths": list(change.paths) if isinstance(change, Replace) else [],
        },
        "action_reason": reason(change),
    }


def _planned_out(planned: PlannedChange) -> Document:
    return {**change_out(planned.change), **notes_out(planned), "steps": list(steps_out(planned.steps))}


def _step_out(step: Step) -> Document:
    act = step.act
    what: Document = (
        {"sql": act.rendered()} if isinstance(act, Sql) else {"call": {"name": act.name, "arguments": act.arguments}}
    )
    return {
        "title": step.title,
        **what,
        "phase": str(step.phase),
        "transactional": step.transactional,
        "lock": step.lock,
        "tables": list(step.tables),
        "consent": step.consent,
        "data_loss": step.data_loss,
        "reverse": step.reverse,
    }


def _read(document: Any) -> tuple[Plan, tuple[tuple[Document, ...], ...]]:  # noqa: ANN401  # whatever JSON it was
    version = str(document["format_version"])
    if version.partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise TapdbError.of(
            "PLN041",
            "this plan file has a format that this tapdb does not know",
            f"format {version}; this version reads {FORMAT_VERSION}",
            f"apply it with the tapdb that wrote it ({document['tapdb_version']}), or plan again",
        )
    plan = Plan(
        environment=_string(document["environment"]),
        target=_string(document["target"]),
        manifest_digest=_string(document["manifest_digest"]),
        catalogs=tuple(map(_string, document["catalogs"])),
        live={Address.parse(address): _string(digest) for address, digest in document["live_state"].items()},
        changes=tuple(PlannedChange(change_in(item), (), **notes_in(item)) for item in document["resource_changes"]),
        findings=tuple(map(_finding_in, document["findings"])),
        guards=tuple(map(_finding_in, document["guards"])),
        rollback_to=_number(document["rollback_to"]),
    )
    if plan.fingerprint != document["live_fingerprint"] or digest(plan) != document["plan_digest"]:
        raise TapdbError.of(
            "PLN042",
            "this plan file was changed after it was made",
            "its digests are not those of its content",
            "plan again; whoever can write plan files can decide what they do, so keep them as you keep manifests",
        )
    return plan, tuple(tuple(item["steps"]) for item in document["resource_changes"])


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r}, which is no string")
    return value


def _number(value: object) -> int | None:
    if value is not None and type(value) is not int:
        raise TypeError(f"{value!r}, which is no number")
    return value


def change_in(item: Document) -> Change:
    """The change that a document or the ledger records; raises ValueError when it is none."""
    address, change = Address.parse(item["address"]), item["change"]
    was = Address.parse(item["previous_address"]) if item["previous_address"] else None
    old = _resource_in(was or address, item["previous_catalog"] or item["catalog"], change["before"])
    new = _resource_in(address, item["catalog"], change["after"])
    new = new and replace(new, renamed_from=was)
    match change["actions"], old, new:
        case ["create"], None, Resource():
            return Create(new, item["action_reason"])
        case ["update"], Resource(), Resource():
            return Update(old, new, item["action_reason"])
        case ["delete", "create"], Resource(), Resource():
            return Replace(old, new, tuple(change["replace_paths"]))
        case ["delete"], Resource(), None:
            return Delete(old, item["action_reason"])
        case ["import"], Resource(), Resource():
            return Adopt(old, new, item["action_reason"])
    raise ValueError(f"the actions of {address}")


def _resource_in(address: Address, catalog: str | None, document: Mapping[str, JsonValue] | None) -> Resource | None:
    if document is None:
        return None
    attributes = dict(document)
    if "prevent_destroy" not in attributes:
        return Resource(address, attributes)
    protected = attributes.pop("prevent_destroy") is True
    return Resource(address, attributes, owner=catalog, protected=protected)


def _finding_in(item: Document) -> Finding:
    where = Where(**item["where"]) if item["where"] else None
    return Finding(**{**item, "severity": Severity(item["severity"]), "where": where})
