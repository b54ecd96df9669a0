"""create_tree: instances of several templates and the edges between them, given as one nested value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime import creating, judging, storable
from tapdb_ctl.runtime.bulk.rows import FIELDS, checked, located
from tapdb_ctl.runtime.drafts import Place
from tapdb_ctl.runtime.expecting import unexpected
from tapdb_ctl.runtime.layouts import Child
from tapdb_ctl.runtime.session import writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.drafts import Draft
    from tapdb_ctl.runtime.growing import Nursery
    from tapdb_ctl.runtime.writing import Made

CONTAINS = "contains"
"""The relationship to a child that names none, as in layouts."""

_OWN = FIELDS - {"idempotency_key"}
_KNOWN = _OWN | {"template", "relationship", "children"}


class Grown(NamedTuple):
    """An instance of a new tree, with its children: those that were given, then those of its layouts."""

    euid: str
    name: str
    children: tuple[Grown, ...]


@dataclass
class Plan:
    """The drafts of a tree, each parent before its children, and what is wrong with it."""

    nursery: Nursery
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)

    def add(self, tree: object) -> None:
        """Take in a tree; a list in place of recursion bears trees of any depth."""
        waiting: list[tuple[object, str, Draft | None]] = [(tree, "tree", None)]
        while waiting:
            node, where, parent = waiting.pop()
            found = list(self._node(node, where, parent))
            self.problems += [located(each, where) for each in found if isinstance(each, Finding)]
            for draft in found:
                if not isinstance(draft, Finding) and isinstance(node, Mapping):
                    self.drafts.append(draft)
                    children = enumerate(node.get("children") or ())
                    waiting += reversed([(child, f"{where}.children[{at}]", draft) for at, child in children])

    def _node(self, node: object, where: str, parent: Draft | None) -> Iterator[Draft | Finding]:
        """The draft of one node, and what is wrong with it."""
        if not isinstance(node, Mapping):
            yield _malformed(f"{type(node).__name__} is no mapping")
            return
        if wrong := _problem(node):
            yield _malformed(wrong)
            return
        row = checked({key: value for key, value in node.items() if key in _OWN})
        if isinstance(row, Finding):
            yield row
            return
        if (blueprint := self.nursery.found(node["template"])) is None:
            yield Finding("RUN005", "no live template has this code", node["template"], "tapdb show lists them")
            return
        try:
            draft = self.nursery.single(blueprint, row.name, row.properties, row.json_addl)
        except InvalidInputError as error:
            yield from error.findings
            return
        draft.status = draft.status if row.bstatus is None else row.bstatus
        yield from judging.breaches(draft)
        if parent is not None:
            draft.place = _place(parent, blueprint, node.get("relationship") or CONTAINS)
            yield from unexpected(parent.blueprint, blueprint, where)
        yield draft


def grown(session: Session, nursery: Nursery, tree: Mapping[str, Any], *, create_children: bool) -> Grown:
    """Write a tree; raises InvalidInputError with all that is wrong anywhere in it."""
    plan = Plan(nursery)
    plan.add(tree)
    if plan.problems:
        raise InvalidInputError(*plan.problems)
    drafts = list(plan.drafts)
    if create_children:
        drafts += (draft for root in plan.drafts for draft in islice(nursery.tree(root), 1, None))
    writing(session)
    with session.begin_nested():
        made = creating.written(session, drafts)
    return _told(drafts, made)


def _problem(node: Mapping[str, Any]) -> str | None:
    if unknown := node.keys() - _KNOWN:
        return f"{', '.join(sorted(map(repr, unknown)))} is not known"
    for key in ("template", "relationship"):
        if not isinstance(told := node.get(key, ""), str) or not storable.is_text(told):
            return f"{key} is not a text that PostgreSQL can store"
    if not node.get("template"):
        return "template is missing"
    children = node.get("children") or ()
    return None if isinstance(children, Sequence) and not isinstance(children, str) else "children is no list"


def _malformed(problem: str) -> Finding:
    return Finding(
        "RUN067", "a tree is not what instances are made of", problem, f"a node may have {', '.join(sorted(_KNOWN))}"
    )


def _place(parent: Draft, blueprint: Blueprint, relationship: str) -> Place:
    return Place(parent, Child(blueprint.code, 1, "", relationship, {}, 0, 0), 1, blueprint.code)


def _told(drafts: Sequence[Draft], made: Sequence[Made]) -> Grown:
    """The tree with its EUIDs, put together from its leaves."""
    below: dict[int, list[Grown]] = {id(draft): [] for draft in drafts}
    root = None
    for draft, row in zip(reversed(drafts), reversed(made), strict=True):
        root = Grown(row.euid, draft.name or "", tuple(reversed(below.pop(id(draft)))))
        if draft.place:
            below[id(draft.place.parent)].append(root)
    assert root
    return root
