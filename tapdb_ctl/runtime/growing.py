"""From a template to drafts: what an instance holds, and the tree of children that its layouts ask for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.drafts import MAX_LEVELS, Base, Bases, Place, endless, too_deep
from tapdb_ctl.runtime.layouts import action_imports
from tapdb_ctl.runtime.merging import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.drafts import Draft
    from tapdb_ctl.runtime.layouts import Child

_logger = logging.getLogger(__name__)


class Nursery:
    """Makes drafts; `find` gives the live template of a code, None where there is none.

    What is common to the instances of one template is worked out once and kept in `bases`, as long as `find` answers
    alike.
    """

    def __init__(self, find: Callable[[str], Blueprint | None], bases: Bases | None = None) -> None:
        self._find = find
        self._bases = bases or Bases()

    def found(self, code: str) -> Blueprint | None:
        """The live template of a code, None where there is none."""
        return self._find(code)

    def single(
        self,
        blueprint: Blueprint,
        name: str,
        properties: Mapping[str, Any] | None = None,
        json_addl: Mapping[str, Any] | None = None,
    ) -> Draft:
        """An instance alone; `json_addl` is laid over what its template gives, and `properties` over that."""
        base = self._base(blueprint)
        if json_addl:
            base = Base.of(blueprint, merged(base.document, json_addl))
        return base.draft(name, properties)

    def tree(self, root: Draft) -> Iterator[Draft]:
        """The instance and its children, each parent before them.

        Raises InvalidInputError for layouts without end, too deep, or with templates that are not there.
        """
        yield from self._below(root, [root.blueprint.code])

    def _below(self, parent: Draft, trail: list[str]) -> Iterator[Draft]:
        yield parent
        for child, base in self._children(parent.blueprint):
            code = base.blueprint.code
            path = [*trail, code]
            if code in trail:
                raise endless(path)
            if len(trail) > MAX_LEVELS:
                raise too_deep(path)
            for index in range(1, child.count + 1):
                made = base.draft(None)
                made.place = Place(parent, child, index, code)
                if made.place.is_settled:
                    made.name = made.place.name(None)
                yield from self._below(made, path)

    def _children(self, parent: Blueprint) -> list[tuple[Child, Base]]:
        """The kinds of children that each instance of a template brings along, and what each of them holds."""
        if (known := self._bases.children.get(parent.uuid)) is None:
            known = self._bases.children[parent.uuid] = [self._kind(parent, child) for child in parent.children()]
        return known

    def _kind(self, parent: Blueprint, child: Child) -> tuple[Child, Base]:
        if (blueprint := self._find(child.code)) is None:
            raise InvalidInputError(
                Finding("RUN009", "a layout asks for a template that is not there", f"{parent.code}: {child.code}")
            )
        base = self._base(blueprint)
        return child, Base.of(blueprint, merged(base.document, child.overrides)) if child.overrides else base

    def _base(self, blueprint: Blueprint) -> Base:
        """What every instance of a template begins with."""
        if (known := self._bases.own.get(blueprint.uuid)) is None:
            properties = blueprint.json_addl.get("properties") or {}
            actions = action_groups(blueprint.code, blueprint.json_addl, self._find)
            document: dict[str, Any] = {"properties": properties, "action_groups": actions, "audit_log": []}
            known = self._bases.own[blueprint.uuid] = Base.of(blueprint, document)
        return known


def action_groups(
    of: str, json_addl: Mapping[str, Any], find: Callable[[str], Blueprint | None]
) -> dict[str, dict[str, Any]]:
    """The actions that instances of a template offer, by group and key; what is not there is left out, and logged."""
    groups: dict[str, dict[str, Any]] = {}
    for group, key, code, overrides in action_imports(of, json_addl):
        if (action := find(code)) is None:
            _logger.warning("%s imports the action %s, which is not there", of, code)
            continue
        groups.setdefault(group or f"{action.type}_actions", {})[key] = offered(action, overrides)
    return groups


def offered(action: Blueprint, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """An action as an instance offers it: what its template defines, who it is, and that it has never been run."""
    definition = merged(action.json_addl.get("action_definition") or {}, overrides)
    return {
        **definition,
        "action_template_uuid": action.uuid,
        "action_template_euid": action.euid,
        "action_template_code": action.code,
        "action_executed": "0",
        "executed_datetime": [],
        "action_enabled": definition.get("action_enabled", "1"),
    }
