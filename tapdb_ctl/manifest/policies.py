"""An environment's policy in the plan's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.policy import Policy

if TYPE_CHECKING:
    from tapdb_ctl.manifest.models.environment import Environment


def policy(environment: Environment) -> Policy:
    """What a plan may contain there; everything, where nothing is said."""
    declared = environment.spec.policy
    if declared is None:
        return Policy()
    return Policy(
        declared.max_destroy, declared.max_change, declared.require_version_bump, declared.forbid, declared.freeze
    )
