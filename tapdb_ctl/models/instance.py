"""Objects made from templates."""

from tapdb_ctl.runtime.models.instance import (
    action_instance,
    actor_instance,
    container_instance,
    content_instance,
    data_instance,
    equipment_instance,
    file_instance,
    generic_instance,
    health_event_instance,
    subject_instance,
    test_requisition_instance,
    workflow_instance,
    workflow_step_instance,
)

__all__ = [
    "action_instance",
    "actor_instance",
    "container_instance",
    "content_instance",
    "data_instance",
    "equipment_instance",
    "file_instance",
    "generic_instance",
    "health_event_instance",
    "subject_instance",
    "test_requisition_instance",
    "workflow_instance",
    "workflow_step_instance",
]
