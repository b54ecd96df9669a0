"""Blueprints of instances."""

from tapdb_ctl.runtime.models.template import (
    action_template,
    actor_template,
    container_template,
    content_template,
    data_template,
    equipment_template,
    file_template,
    generic_template,
    health_event_template,
    subject_template,
    test_requisition_template,
    workflow_step_template,
    workflow_template,
)

__all__ = [
    "action_template",
    "actor_template",
    "container_template",
    "content_template",
    "data_template",
    "equipment_template",
    "file_template",
    "generic_template",
    "health_event_template",
    "subject_template",
    "test_requisition_template",
    "workflow_step_template",
    "workflow_template",
]
