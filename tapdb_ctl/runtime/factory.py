"""InstanceFactory: instances from templates, and the edges between them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tapdb_ctl.runtime import creating, linking, singletons
from tapdb_ctl.runtime.growing import Nursery
from tapdb_ctl.runtime.templates import TemplateManager

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage
    from tapdb_ctl.runtime.refs import Ref


class InstanceFactory:
    """Creates instances and links them, in the caller's transaction.

    Everything is written at once, with a number of statements that does not grow with the number of children, and is
    there for every later query of the session.
    """

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
        nursery = Nursery(partial(self.template_manager.find, session))
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
