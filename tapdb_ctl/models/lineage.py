"""Edges between instances."""

from tapdb_ctl.runtime.models.lineage import (
    action_instance_lineage,
    actor_instance_lineage,
    container_instance_lineage,
    content_instance_lineage,
    data_instance_lineage,
    equipment_instance_lineage,
    file_instance_lineage,
    generic_instance_lineage,
    health_event_instance_lineage,
    subject_instance_lineage,
    test_requisition_instance_lineage,
    workflow_instance_lineage,
    workflow_step_instance_lineage,
)

__all__ = [
    "action_instance_lineage",
    "actor_instance_lineage",
    "container_instance_lineage",
    "content_instance_lineage",
    "data_instance_lineage",
    "equipment_instance_lineage",
    "file_instance_lineage",
    "generic_instance_lineage",
    "health_event_instance_lineage",
    "subject_instance_lineage",
    "test_requisition_instance_lineage",
    "workflow_instance_lineage",
    "workflow_step_instance_lineage",
]
