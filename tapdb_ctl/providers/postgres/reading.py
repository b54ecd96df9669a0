"""Live state in a fixed number of statements, inside whatever transaction the caller opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.resource import Desired, Live
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.prefixes.inspect import inspect as inspect_prefixes
from tapdb_ctl.providers.postgres.schema.inspect import inspect as inspect_schema
from tapdb_ctl.providers.postgres.templates.inspect import inspect as inspect_templates

if TYPE_CHECKING:
    from tapdb_ctl.providers.postgres.schema.shipped import Shipped
    from tapdb_ctl.providers.postgres.session import Facts, Session


def read(session: Session, facts: Facts, desired: Desired, shipped: Shipped) -> Live:
    """What is wanted or owned and exists; empty while tapdb's schema is not there.

    Raises DatabaseError when the database is not this environment's, or not fit to be worked on.
    """
    if not facts.managed:
        if facts.populated:
            raise DatabaseError.of(
                "PG013",
                "this schema holds TAPDB tables that tapdb did not build",
                f"schema {session.settings.schema} of {session.target.database} has generic_template and no tapdb_meta",
                "point the manifest at another database or schema; adopting one comes with `tapdb import`",
            )
        return Live()
    schema = inspect_schema(session, desired, shipped)
    return schema.joined(inspect_prefixes(session)).joined(inspect_templates(session, desired))
