"""Live state in a fixed number of statements, inside whatever transaction the caller opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.resource import Desired, Live
from tapdb_ctl.providers.postgres.prefixes.inspect import inspect as inspect_prefixes
from tapdb_ctl.providers.postgres.prefixes.names import numbered
from tapdb_ctl.providers.postgres.schema import readable
from tapdb_ctl.providers.postgres.schema.inspect import inspect as inspect_schema
from tapdb_ctl.providers.postgres.templates.inspect import inspect as inspect_templates

if TYPE_CHECKING:
    from tapdb_ctl.providers.postgres.schema.shipped import Shipped
    from tapdb_ctl.providers.postgres.session import Facts, Session


def read(session: Session, facts: Facts, desired: Desired, shipped: Shipped, *, advise: bool) -> Live:
    """What is wanted or owned and exists; empty while there are no tables of TAPDB.

    Only the schema is read where it is too damaged for the rest. `advise` looks for what a person should know besides;
    that may read whole tables, and has no place under locks. Raises DatabaseError when the database is not this
    environment's, or not fit to be worked on.
    """
    if not facts.managed and not facts.populated:
        return Live()
    schema, hidden = inspect_schema(session, desired, shipped, managed=facts.managed, advise=advise)
    if facts.managed and (columns := readable.lost(schema.resources, shipped.resources)):
        return replace(schema, findings=(*schema.findings, *readable.findings(desired, columns)))
    templates = inspect_templates(session, desired, managed=facts.managed)
    tables = numbered(schema.resources, shipped.resources) - hidden
    return schema.joined(inspect_prefixes(session, schema.resources, tables)).joined(templates)
