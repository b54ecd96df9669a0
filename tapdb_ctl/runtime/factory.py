"""InstanceFactory: instances from templates, and the edges between them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from tapdb_ctl.runtime import creating, linking, singletons
from tapdb_ctl.runtime.bulk import creating as bulk_creating
from tapdb_ctl.runtime.bulk import linking as bulk_linking
from tapdb_ctl.runtime.bulk import removing, sources, trees, updating
from tapdb_ctl.runtime.bulk.loading import Load, collects
from tapdb_ctl.runtime.bulk.rows import told
from tapdb_ctl.runtime.bulk.sowing import Field
from tapdb_ctl.runtime.drafts import MAX_LEVELS
from tapdb_ctl.runtime.growing import Nursery
from tapdb_ctl.runtime.session import context
from tapdb_ctl.runtime.templates import TemplateManager

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.bulk.linking import NewEdge
    from tapdb_ctl.runtime.bulk.loading import LoadReport
    from tapdb_ctl.runtime.bulk.rows import Given
    from tapdb_ctl.runtime.bulk.sources import Format, Source
    from tapdb_ctl.runtime.bulk.trees import Grown
    from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage
    from tapdb_ctl.runtime.refs import Ref

_Ref = TypeVar("_Ref", bound="Ref")


class InstanceFactory:
    """Creates instances and links them, in the caller's transaction.

    Everything is written at once, with a number of statements that does not grow with the number of children, and is
    there for every later query of the session.
    """

    MAX_INSTANTIATION_DEPTH: ClassVar[int] = MAX_LEVELS
    """Levels of children below an instance."""

    def __init__(self, template_manager: TemplateManager | None = None) -> None:
        self.template_manager = template_manager or TemplateManager()

    def create_instance(
        self,
        session: Session,
        template_code: str,
        name: str,
        properties: Mapping[str, Any] | None = None,
        create_children: bool = True,
    ) -> generic_instance:
        """A new instance, of its typed class, with the children that the template's layouts ask for.

        Its properties are the template's with `properties` laid over them, object by object. Raises NotFoundError
        where no live template has the code, and InvalidInputError with all that breaks a json_addl_schema.
        """
        told(name, properties)
        nursery = self._nursery(session)
        root = nursery.single(self.template_manager.blueprint(session, template_code), name, properties)
        drafts = list(nursery.tree(root)) if create_children else [root]
        return creating.created(session, drafts)

    def link_instances(
        self, session: Session, parent: Ref, child: Ref, relationship_type: str = "generic"
    ) -> generic_instance_lineage:
        """An edge from parent to child.

        Raises InvalidInputError where a template's expected inputs or outputs do not allow it. The database refuses
        a second live edge of one relationship, links to itself, and cycles (sqlalchemy.exc.IntegrityError).
        """
        return linking.linked(session, parent, child, relationship_type)

    def get_or_create_singleton_instance(
        self,
        session: Session,
        template_code: str,
        name: str,
        properties: Mapping[str, Any] | None = None,
        create_children: bool = True,
    ) -> generic_instance:
        """The live instance of a singleton template, created if there is none, however many ask at once.

        Raises InvalidInputError for a template that is no singleton.
        """
        blueprint = singletons.singleton(self.template_manager.blueprint(session, template_code))
        return singletons.got(
            session, blueprint, lambda: self.create_instance(session, template_code, name, properties, create_children)
        )

    def create_instances(
        self, session: Session, template_code: str, rows: Iterable[Given], *, create_children: bool = True
    ) -> list[str]:
        """The EUIDs of new instances, in the order of the rows: mappings with the keys of NewInstance.

        All or none; a row whose `idempotency_key` this template has met before gives the instance of then. Rows may be
        an iterator over millions. Raises as `create_instance` does, with all that is wrong with any row of a batch.
        """
        return bulk_creating.created(session, self._field(session, template_code, create_children), rows)

    def load_instances(
        self,
        session: Session,
        template_code: str,
        source: Source,
        *,
        format: Format | None = None,  # noqa: A002 - what people call it
        on_error: Literal["raise", "collect"] = "raise",
        create_children: bool = True,
        keep_euids: bool = True,
    ) -> LoadReport:
        """Instances from a file or stream of CSV or JSON lines, or from any iterable of rows, in constant memory.

        `format` is told by a file's suffix, .csv, .jsonl or .ndjson. With "raise" all or none: raises
        InvalidInputError with what is wrong, by line. With "collect" the report tells that, and all others are loaded.
        The report's EUIDs are what grows with the rows; `keep_euids=False` leaves them out.
        """
        collect = collects(on_error)
        field = self._field(session, template_code, create_children)
        with sources.opened(source, format, field.blueprint) as rows:
            return Load(session, field, collect, keep_euids).run(rows)

    def create_tree(self, session: Session, tree: Mapping[str, Any], *, create_children: bool = False) -> Grown:
        """Instances of several templates with the edges between them, and their EUIDs in the same shape.

        A node is `{template, name, properties?, bstatus?, json_addl?, relationship?, children?: [node, ...]}`; a child
        is linked by its `relationship`, `contains` where it has none. `create_children` adds what layouts ask for.
        Raises InvalidInputError with all that is wrong anywhere in the tree.
        """
        return trees.grown(session, self._nursery(session), tree, create_children=create_children)

    def link_many(self, session: Session, edges: Iterable[NewEdge], relationship_type: str = "generic") -> list[str]:
        """The EUIDs of new edges, in order; an edge is (parent, child), or (parent, child, relationship_type).

        All or none; raises as `link_instances` does.
        """
        return bulk_linking.linked(session, edges, relationship_type)

    def update_many(
        self, session: Session, changes: Mapping[_Ref, Mapping[str, Any]], *, merge: bool = True
    ) -> list[str]:
        """Change instances: `{euid: {name?, bstatus?, properties?, json_addl?}}`; the EUIDs of those not as they were.

        `properties` and `json_addl` are laid over what is there, object by object, while the row is locked, so that
        changes made at the same time add up; with `merge=False` they replace it. All or none. Raises InvalidInputError
        with all that breaks a json_addl_schema, and NotFoundError for instances that are not there or deleted.
        """
        return updating.updated(session, changes, merge=merge)

    def update_instance(
        self, session: Session, instance: Ref, change: Mapping[str, Any], *, merge: bool = True
    ) -> bool:
        """Change one instance as `update_many` does; whether it is not as it was."""
        return bool(updating.updated(session, {instance: change}, merge=merge))

    def soft_delete_many(self, session: Session, instances: Iterable[Ref]) -> list[str]:
        """Delete instances with their edges, which all can be restored; the EUIDs of those that were live until now."""
        return removing.removed(session, instances)

    def restore(self, session: Session, instances: Iterable[Ref]) -> list[str]:
        """Restore deleted instances with the edges that went with them; the EUIDs of those deleted until now.

        The database refuses edges that would close a cycle by now (sqlalchemy.exc.IntegrityError).
        """
        return removing.restored(session, instances)

    def _nursery(self, session: Session) -> Nursery:
        return Nursery(partial(self.template_manager.find, session), context(session).catalog.shelf(session).bases)

    def _field(self, session: Session, template_code: str, create_children: bool) -> Field:
        return Field(self._nursery(session), self.template_manager.blueprint(session, template_code), create_children)
