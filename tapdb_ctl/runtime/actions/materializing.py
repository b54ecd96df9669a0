"""The actions that a template's instances offer, as TAPDB's factory exports the making of them."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

from tapdb_ctl.runtime.growing import action_groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.models import generic_template
    from tapdb_ctl.runtime.templates import TemplateManager


def materialize_actions(
    session: Session, template: generic_template, template_manager: TemplateManager
) -> dict[str, dict[str, Any]]:
    """`json_addl.action_groups` of new instances: the actions that the template imports, by group and key."""
    code = template_manager.template_code_from_template(template)
    return deepcopy(action_groups(code, template.json_addl or {}, partial(template_manager.find, session)))
