"""Searching instances: by what they are, what became of them, when, and what stands in their json_addl."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from sqlalchemy import select

from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.search.aggregates import Counts, Statistics, counted, grouped, summed
from tapdb_ctl.runtime.search.filters import Filters, conditions
from tapdb_ctl.runtime.search.order import Order
from tapdb_ctl.runtime.search.prop import prop
from tapdb_ctl.runtime.search.searching import Search

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Instance = TypeVar("Instance", bound=generic_instance)


@dataclass(frozen=True, slots=True, eq=False)
class InstanceSearch(Search[Instance]):
    """A search of instances, which can also be counted and measured."""

    def counts(self) -> Counts:
        """How many there are by template, status and category: one statement."""
        return counted(self.session.execute(grouped(self.kind).where(*self.conditions)))

    def statistics(self, path: str) -> Statistics:
        """What the numbers at a path of json_addl are like: one statement."""
        number = prop(path, "numeric").expression().label("number")
        numbers = select(number).select_from(self.kind).where(*self.conditions)
        return Statistics(*self.session.execute(summed(numbers)).one())


@overload
def instances(session: Session, **filters: Unpack[Filters]) -> InstanceSearch[generic_instance]: ...
@overload
def instances(session: Session, kind: type[Instance], **filters: Unpack[Filters]) -> InstanceSearch[Instance]: ...
def instances(session: Session, kind: type[Any] = generic_instance, **filters: Unpack[Filters]) -> InstanceSearch[Any]:
    """The live instances of a class that pass all filters, in the order in which they were made.

    Raises InvalidInputError for malformed codes, times without a time zone, and what no database can hold; TypeError
    for a filter that there is not, which would else find everything.
    """
    if not (isinstance(kind, type) and issubclass(kind, generic_instance)):
        raise TypeError(f"instances() takes a class such as container_instance, not {kind!r}")
    if unknown := sorted(filters.keys() - Filters.__annotations__.keys()):
        raise TypeError(f"instances() has no filter {unknown[0]!r}, but {', '.join(Filters.__annotations__)}")
    return InstanceSearch(session, kind, Order(generic_instance.uuid.expression), tuple(conditions(filters)))
