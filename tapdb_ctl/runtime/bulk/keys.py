"""Idempotency keys: which instance of a template was made for a key, and whose turn it is to make it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, BIGINT, bindparam

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session


def claimed(session: Session, template: int, keys: Collection[str]) -> dict[str, str]:
    """The EUIDs of instances that were made for these keys; the other keys are this transaction's from now on.

    Waits for transactions that hold one of them. At REPEATABLE READ and above one that was taken since the snapshot
    fails to serialize (40001).
    """
    found = made(session, template, keys)
    missing = [key for key in keys if key not in found]
    if missing and (taken := set(missing) - _claim(session, template, missing)):
        found |= made(session, template, taken)
        if orphans := taken - found.keys():
            raise InvalidInputError(*(_orphan(key) for key in sorted(orphans)))
    return found


def kept(session: Session, template: int, uuids: Mapping[str, int]) -> None:
    """Say which instances were made for the keys that were claimed."""
    values = {"template": template, "keys": json.dumps([*uuids]), "uuids": [*uuids.values()]}
    numbers = bindparam("uuids", type_=ARRAY(BIGINT))
    session.execute(statement("bulk_keys_keep").bindparams(numbers), values)


def made(session: Session, template: int, keys: Collection[str]) -> dict[str, str]:
    """The EUIDs of the instances that were made for these keys."""
    rows = session.execute(statement("bulk_keys_made"), {"template": template, "keys": json.dumps([*keys])})
    return {row.key: row.euid for row in rows}


def _claim(session: Session, template: int, keys: Collection[str]) -> set[str]:
    rows = session.execute(statement("bulk_keys_claim"), {"template": template, "keys": json.dumps([*keys])})
    return set(rows.scalars())


def _orphan(key: str) -> Finding:
    return Finding(
        "RUN062",
        "an idempotency key is taken and has no instance",
        repr(key),
        "its instance is being made by this very transaction, or was never made: use another key",
    )
