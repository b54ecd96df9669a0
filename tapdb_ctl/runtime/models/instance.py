"""Instances: objects made from templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DynamicMapped, Mapped, joinedload, mapped_column, relationship

from tapdb_ctl.runtime.models.base import SOFT_DELETED, reads_all, tapdb_core
from tapdb_ctl.runtime.models.lineage import generic_instance_lineage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tapdb_ctl.runtime.models.template import generic_template

FIRST = ("workflow_step_instance",)
"""Kinds that the sorted lists put first unless told otherwise."""


@reads_all
class generic_instance(tapdb_core):
    """An object. Its edges are those that are live: deleted ones are found by asking for them."""

    __tablename__ = "generic_instance"
    __mapper_args__ = {
        "polymorphic_identity": "generic_instance",
        "polymorphic_on": "polymorphic_discriminator",
        **SOFT_DELETED,
    }

    template_uuid: Mapped[int] = mapped_column(ForeignKey("generic_template.uuid"))

    parent_template: Mapped[generic_template] = relationship(back_populates="child_instances")
    parent_of_lineages: DynamicMapped[generic_instance_lineage] = relationship(
        primaryjoin="and_(generic_instance.uuid == foreign(generic_instance_lineage.parent_instance_uuid), "
        "not_(generic_instance_lineage.is_deleted))",
        back_populates="parent_instance",
        lazy="dynamic",
        passive_deletes="all",
    )
    child_of_lineages: DynamicMapped[generic_instance_lineage] = relationship(
        primaryjoin="and_(generic_instance.uuid == foreign(generic_instance_lineage.child_instance_uuid), "
        "not_(generic_instance_lineage.is_deleted))",
        back_populates="child_instance",
        lazy="dynamic",
        passive_deletes="all",
    )

    def get_sorted_parent_of_lineages(
        self, priority_discriminators: Collection[str] | None = None
    ) -> list[generic_instance_lineage]:
        """The live edges to its children, by the child's EUID; children of these kinds first."""
        return self._sorted("parent_of_lineages", "child_instance", priority_discriminators)

    def get_sorted_child_of_lineages(
        self, priority_discriminators: Collection[str] | None = None
    ) -> list[generic_instance_lineage]:
        """The live edges to its parents, by the parent's EUID; parents of these kinds first."""
        return self._sorted("child_of_lineages", "parent_instance", priority_discriminators)

    def filter_lineage_members(
        self,
        of_lineage_type: Literal["parent_of_lineages", "child_of_lineages"],
        lineage_member_type: Literal["parent_instance", "child_instance"],
        filter_criteria: Mapping[str, Any],
    ) -> list[generic_instance_lineage]:
        """The live edges whose named end has all these values, as attributes or as top-level keys of json_addl.

        Raises ValueError for other names of edges or ends, and without criteria.
        """
        if of_lineage_type not in _EDGES:
            raise ValueError(f"of_lineage_type is one of {', '.join(_EDGES)}, not {of_lineage_type!r}")
        if lineage_member_type not in _ENDS:
            raise ValueError(f"lineage_member_type is one of {', '.join(_ENDS)}, not {lineage_member_type!r}")
        if not filter_criteria:
            raise ValueError("filter_criteria is empty")
        return [
            edge
            for edge in self._edges(of_lineage_type, lineage_member_type)
            if all(_has(getattr(edge, lineage_member_type), key, value) for key, value in filter_criteria.items())
        ]

    def _sorted(self, edges: str, end: str, first: Collection[str] | None) -> list[generic_instance_lineage]:
        wanted = FIRST if first is None else first

        def place(edge: generic_instance_lineage) -> tuple[bool, str]:
            other: generic_instance = getattr(edge, end)
            return other.polymorphic_discriminator not in wanted, other.euid or ""

        return sorted(self._edges(edges, end), key=place)

    def _edges(self, edges: str, end: str) -> list[generic_instance_lineage]:
        """The edges with the instances at that end, in one statement."""
        query = getattr(self, edges).options(joinedload(getattr(generic_instance_lineage, end)))
        found: list[generic_instance_lineage] = query.all()
        return found


_EDGES = ("parent_of_lineages", "child_of_lineages")
_ENDS = ("parent_instance", "child_instance")


def _has(instance: generic_instance, key: str, value: object) -> bool:
    return getattr(instance, key, None) == value or (instance.json_addl or {}).get(key) == value


class workflow_instance(generic_instance):
    """Instances of workflows."""

    __mapper_args__ = {"polymorphic_identity": "workflow_instance"}


class workflow_step_instance(generic_instance):
    """Instances of steps of workflows."""

    __mapper_args__ = {"polymorphic_identity": "workflow_step_instance"}


class container_instance(generic_instance):
    """Instances of containers."""

    __mapper_args__ = {"polymorphic_identity": "container_instance"}


class content_instance(generic_instance):
    """Instances of contents."""

    __mapper_args__ = {"polymorphic_identity": "content_instance"}


class equipment_instance(generic_instance):
    """Instances of equipment."""

    __mapper_args__ = {"polymorphic_identity": "equipment_instance"}


class data_instance(generic_instance):
    """Instances of data."""

    __mapper_args__ = {"polymorphic_identity": "data_instance"}


class test_requisition_instance(generic_instance):
    """Instances of test requisitions."""

    __mapper_args__ = {"polymorphic_identity": "test_requisition_instance"}


class actor_instance(generic_instance):
    """Instances of actors."""

    __mapper_args__ = {"polymorphic_identity": "actor_instance"}


class action_instance(generic_instance):
    """Instances of actions."""

    __mapper_args__ = {"polymorphic_identity": "action_instance"}


class health_event_instance(generic_instance):
    """Instances of health events."""

    __mapper_args__ = {"polymorphic_identity": "health_event_instance"}


class file_instance(generic_instance):
    """Instances of files."""

    __mapper_args__ = {"polymorphic_identity": "file_instance"}


class subject_instance(generic_instance):
    """Instances of subjects."""

    __mapper_args__ = {"polymorphic_identity": "subject_instance"}
