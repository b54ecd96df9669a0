"""Templates: blueprints of instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import DynamicMapped, Mapped, relationship

from tapdb_ctl.runtime.models.base import SOFT_DELETED, Document, reads_all, tapdb_core

if TYPE_CHECKING:
    from tapdb_ctl.runtime.models.instance import generic_instance


@reads_all
class generic_template(tapdb_core):
    """A blueprint; `category/type/subtype/version` is its code.

    Templates come from manifests, by `tapdb apply`; the runtime reads them.
    """

    __tablename__ = "generic_template"
    __mapper_args__ = {
        "polymorphic_identity": "generic_template",
        "polymorphic_on": "polymorphic_discriminator",
        **SOFT_DELETED,
    }

    instance_prefix: Mapped[str]
    instance_polymorphic_identity: Mapped[str | None]
    json_addl_schema: Mapped[Document | None]

    child_instances: DynamicMapped[generic_instance] = relationship(
        primaryjoin="and_(generic_template.uuid == foreign(generic_instance.template_uuid), "
        "not_(generic_instance.is_deleted))",
        back_populates="parent_template",
        lazy="dynamic",
        passive_deletes="all",
    )


class workflow_template(generic_template):
    """Blueprints of workflows."""

    __mapper_args__ = {"polymorphic_identity": "workflow_template"}


class workflow_step_template(generic_template):
    """Blueprints of steps of workflows."""

    __mapper_args__ = {"polymorphic_identity": "workflow_step_template"}


class container_template(generic_template):
    """Blueprints of containers."""

    __mapper_args__ = {"polymorphic_identity": "container_template"}


class content_template(generic_template):
    """Blueprints of contents."""

    __mapper_args__ = {"polymorphic_identity": "content_template"}


class equipment_template(generic_template):
    """Blueprints of equipment."""

    __mapper_args__ = {"polymorphic_identity": "equipment_template"}


class data_template(generic_template):
    """Blueprints of data."""

    __mapper_args__ = {"polymorphic_identity": "data_template"}


class test_requisition_template(generic_template):
    """Blueprints of test requisitions."""

    __mapper_args__ = {"polymorphic_identity": "test_requisition_template"}


class actor_template(generic_template):
    """Blueprints of actors."""

    __mapper_args__ = {"polymorphic_identity": "actor_template"}


class action_template(generic_template):
    """Blueprints of actions."""

    __mapper_args__ = {"polymorphic_identity": "action_template"}


class health_event_template(generic_template):
    """Blueprints of health events."""

    __mapper_args__ = {"polymorphic_identity": "health_event_template"}


class file_template(generic_template):
    """Blueprints of files."""

    __mapper_args__ = {"polymorphic_identity": "file_template"}


class subject_template(generic_template):
    """Blueprints of subjects."""

    __mapper_args__ = {"polymorphic_identity": "subject_template"}
