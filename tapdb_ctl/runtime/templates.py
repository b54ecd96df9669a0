"""TemplateManager: templates by code and by EUID, as TAPDB's documents show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from sqlalchemy import select

from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime import codes
from tapdb_ctl.runtime.models import generic_template
from tapdb_ctl.runtime.session import context
from tapdb_ctl.versions import LATEST, version_order

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.catalog import Catalog


class TemplateManager:
    """Finds templates in the database that a session is connected to.

    What the factory reads is kept by the connection and dropped when an apply moves the catalogue's revision, so one
    manager may serve several databases. `config_path` is taken as TAPDB takes it and not used: templates come from
    the database.
    """

    def __init__(self, config_path: Path | str | None = None) -> None:
        self.config_path = config_path
        self._catalogs: WeakSet[Catalog] = WeakSet()

    def get_template(self, session: Session, template_code: str) -> generic_template | None:
        """The live template of a code, with or without a closing slash; the version `*` means the highest.

        None where there is none, and for what is no code.
        """
        try:
            category, kind, subtype, version = codes.parts(template_code)
        except InvalidInputError:
            return None
        named = (category, kind, subtype)
        query = select(generic_template).where(
            generic_template.category == named[0],
            generic_template.type == named[1],
            generic_template.subtype == named[2],
            generic_template.is_deleted.is_(False),
        )
        if version != LATEST:
            return session.scalars(query.where(generic_template.version == version)).first()
        return max(session.scalars(query), key=lambda template: version_order(template.version), default=None)

    def get_template_by_euid(self, session: Session, euid: str) -> generic_template | None:
        """The live template of an EUID; None where there is none."""
        query = select(generic_template).where(generic_template.euid == euid, generic_template.is_deleted.is_(False))
        return session.scalars(query).first()

    def list_templates(
        self, session: Session, category: str | None = None, type_: str | None = None, include_deleted: bool = False
    ) -> list[generic_template]:
        """Templates in the order of their codes, of one category or type if given."""
        query = select(generic_template).order_by(
            generic_template.category, generic_template.type, generic_template.subtype, generic_template.version
        )
        if not include_deleted:
            query = query.where(generic_template.is_deleted.is_(False))
        if category:
            query = query.where(generic_template.category == category)
        if type_:
            query = query.where(generic_template.type == type_)
        return list(session.scalars(query))

    def template_code_from_template(self, template: generic_template) -> str:
        """The code with a closing slash, as TAPDB writes it."""
        return f"{template.category}/{template.type}/{template.subtype}/{template.version}/"

    def blueprint(self, session: Session, template_code: str) -> Blueprint:
        """What the factory knows of a template: from memory where it has been met since the last apply.

        Raises InvalidInputError for what is no code and NotFoundError where no live template has it.
        """
        catalog = context(session).catalog
        self._catalogs.add(catalog)
        return catalog.blueprint(session, template_code)

    def find(self, session: Session, template_code: str) -> Blueprint | None:
        """As `blueprint`, but None where no live template has the code."""
        try:
            return self.blueprint(session, template_code)
        except NotFoundError:
            return None

    def clear_cache(self) -> None:
        """Forget what was read; needed only after templates were changed other than by an apply."""
        for catalog in self._catalogs:
            catalog.clear()
