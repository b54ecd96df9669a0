"""Lineage: directed edges from a parent instance to a child instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import FetchedValue, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tapdb_ctl.runtime.models.base import SOFT_DELETED, reads_all, tapdb_core

if TYPE_CHECKING:
    from tapdb_ctl.runtime.models.instance import generic_instance


@reads_all
class generic_instance_lineage(tapdb_core):
    """An edge of the DAG; `parent_type` and `child_type` are the discriminators of its ends."""

    __tablename__ = "generic_instance_lineage"
    __mapper_args__ = {
        "polymorphic_identity": "generic_instance_lineage",
        "polymorphic_on": "polymorphic_discriminator",
        **SOFT_DELETED,
    }

    parent_type: Mapped[str | None]
    child_type: Mapped[str | None]
    relationship_type: Mapped[str] = mapped_column(server_default=FetchedValue())
    parent_instance_uuid: Mapped[int] = mapped_column(ForeignKey("generic_instance.uuid"))
    child_instance_uuid: Mapped[int] = mapped_column(ForeignKey("generic_instance.uuid"))

    parent_instance: Mapped[generic_instance] = relationship(
        foreign_keys=parent_instance_uuid, back_populates="parent_of_lineages"
    )
    child_instance: Mapped[generic_instance] = relationship(
        foreign_keys=child_instance_uuid, back_populates="child_of_lineages"
    )


class workflow_instance_lineage(generic_instance_lineage):
    """Edges of workflows."""

    __mapper_args__ = {"polymorphic_identity": "workflow_instance_lineage"}


class workflow_step_instance_lineage(generic_instance_lineage):
    """Edges of steps of workflows."""

    __mapper_args__ = {"polymorphic_identity": "workflow_step_instance_lineage"}


class container_instance_lineage(generic_instance_lineage):
    """Edges of containers."""

    __mapper_args__ = {"polymorphic_identity": "container_instance_lineage"}


class content_instance_lineage(generic_instance_lineage):
    """Edges of contents."""

    __mapper_args__ = {"polymorphic_identity": "content_instance_lineage"}


class equipment_instance_lineage(generic_instance_lineage):
    """Edges of equipment."""

    __mapper_args__ = {"polymorphic_identity": "equipment_instance_lineage"}


class data_instance_lineage(generic_instance_lineage):
    """Edges of data."""

    __mapper_args__ = {"polymorphic_identity": "data_instance_lineage"}


class test_requisition_instance_lineage(generic_instance_lineage):
    """Edges of test requisitions."""

    __mapper_args__ = {"polymorphic_identity": "test_requisition_instance_lineage"}


class actor_instance_lineage(generic_instance_lineage):
    """Edges of actors."""

    __mapper_args__ = {"polymorphic_identity": "actor_instance_lineage"}


class action_instance_lineage(generic_instance_lineage):
    """Edges of actions."""

    __mapper_args__ = {"polymorphic_identity": "action_instance_lineage"}


class health_event_instance_lineage(generic_instance_lineage):
    """Edges of health events."""

    __mapper_args__ = {"polymorphic_identity": "health_event_instance_lineage"}


class file_instance_lineage(generic_instance_lineage):
    """Edges of files."""

    __mapper_args__ = {"polymorphic_identity": "file_instance_lineage"}


class subject_instance_lineage(generic_instance_lineage):
    """Edges of subjects."""

    __mapper_args__ = {"polymorphic_identity": "subject_instance_lineage"}
