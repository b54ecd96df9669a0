"""Rows of one template, as they are written: judged one by one, then a batch at a time with the children of layouts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime import creating, judging, objects
from tapdb_ctl.runtime.bulk import keys
from tapdb_ctl.runtime.bulk.batches import ROWS, batches
from tapdb_ctl.runtime.bulk.rows import Refused, checked
from tapdb_ctl.runtime.session import context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.bulk.rows import Given
    from tapdb_ctl.runtime.drafts import Draft
    from tapdb_ctl.runtime.growing import Nursery
    from tapdb_ctl.runtime.writing import Made


class Seed(NamedTuple):
    """A row that can be written; `number` counts rows or lines from 1, `weight` characters."""

    number: int
    draft: Draft
    key: str | None
    weight: int


@dataclass(frozen=True)
class Field:
    """Where rows of one template are sown, alone or with the children that its layouts ask for."""

    nursery: Nursery
    blueprint: Blueprint
    create_children: bool = True

    def batches(self, rows: Iterable[tuple[int, Given | Finding]]) -> Iterator[list[Seed | Refused]]:
        """The numbered rows as they will be written, or what is wrong with each, in batches for one statement.

        Raises InvalidInputError where the template cannot have instances at all.
        """
        objects.mapper(self.blueprint)
        size = self._size
        seeds = (self._seed(number, given) for number, given in rows)
        return batches(seeds, max(1, ROWS // size), attrgetter("weight"))

    def sown(self, session: Session, seeds: Sequence[Seed]) -> list[str]:
        """Write the instances that are not there yet; the EUIDs of all, in order."""
        wanted = dict.fromkeys(seed.key for seed in seeds if seed.key is not None)
        if not wanted:
            return [row.euid for row in self._written(session, seeds)]
        there = keys.claimed(session, self.blueprint.uuid, wanted)
        fresh = list(_fresh(seeds, there))
        made = self._written(session, fresh)
        kept = {seed.key: row for seed, row in zip(fresh, made, strict=True) if seed.key is not None}
        if kept:
            keys.kept(session, self.blueprint.uuid, {key: row.uuid for key, row in kept.items()})
        there |= {key: row.euid for key, row in kept.items()}
        unkeyed = (row.euid for seed, row in zip(fresh, made, strict=True) if seed.key is None)
        return [next(unkeyed) if seed.key is None else there[seed.key] for seed in seeds]

    def fresh(self, session: Session, seeds: Sequence[Seed]) -> list[Seed]:
        """Those that `sown` would write: the others have keys that were met before."""
        wanted = dict.fromkeys(seed.key for seed in seeds if seed.key is not None)
        return list(_fresh(seeds, keys.made(session, self.blueprint.uuid, wanted) if wanted else {}))

    def _seed(self, number: int, given: Given | Finding) -> Seed | Refused:
        row = given if isinstance(given, Finding) else checked(given)
        if isinstance(row, Finding):
            return Refused(number, row)
        try:
            draft = self.nursery.single(self.blueprint, row.name, row.properties, row.json_addl)
        except InvalidInputError as error:
            return Refused(number, error.findings[0])
        if row.bstatus is not None:
            draft.status = row.bstatus
        if self.blueprint.schema is not None:
            for finding in judging.breaches(draft):
                return Refused(number, finding)
        return Seed(number, draft, row.idempotency_key, len(draft.text))

    @cached_property
    def _size(self) -> int:
        """How many instances a row becomes."""
        return len(self._tree(self.nursery.single(self.blueprint, "")))

    def _tree(self, root: Draft) -> list[Draft]:
        return list(self.nursery.tree(root)) if self.create_children else [root]

    def _written(self, session: Session, seeds: Sequence[Seed]) -> list[Made]:
        """Write the trees that grow of these; what their roots were given."""
        watched = context(session).hooks.watch("create")
        roots = [replace(seed.draft) if watched else seed.draft for seed in seeds]  # hooks change them, at each attempt
        if not roots:
            return []
        judge = judging.judged if watched else _judged_children
        if self._size == 1:
            return creating.written(session, roots, judge)
        drafts = [draft for root in roots for draft in self._tree(root)]
        made = creating.written(session, drafts, judge)
        return [row for draft, row in zip(drafts, made, strict=True) if draft.place is None]


def _judged_children(drafts: Sequence[Draft]) -> None:
    """The roots are judged already; of children that hold the same one stands for all."""
    judging.judged(list({(draft.blueprint.uuid, draft.text): draft for draft in drafts if draft.place}.values()))


def _fresh(seeds: Iterable[Seed], there: Mapping[str, str]) -> Iterator[Seed]:
    """Those that are yet to be written; of several with one key the first."""
    seen = set(there)
    for seed in seeds:
        if seed.key is None:
            yield seed
        elif seed.key not in seen:
            seen.add(seed.key)
            yield seed
