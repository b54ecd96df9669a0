"""What every row of the three object tables has."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BIGINT, DateTime, FetchedValue, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, class_mapper, mapped_column

Document = dict[str, Any]
"""A JSON object."""

_Row = TypeVar("_Row", bound="tapdb_core")


class Base(DeclarativeBase):
    """The metadata of TAPDB's tables; `tapdb apply` makes them, `create_all` would miss their triggers."""

    type_annotation_map = {
        str: Text,
        int: BIGINT,
        datetime: DateTime(timezone=True),
        Document: JSONB(none_as_null=True),
    }


class tapdb_core(Base):
    """The columns that templates, instances and lineage share; what the database sets is read back at once."""

    __abstract__ = True

    uuid: Mapped[int] = mapped_column(primary_key=True)
    euid: Mapped[str] = mapped_column(server_default=FetchedValue())
    euid_prefix: Mapped[str] = mapped_column(server_default=FetchedValue())
    euid_seq: Mapped[int] = mapped_column(server_default=FetchedValue())
    name: Mapped[str]
    polymorphic_discriminator: Mapped[str]
    category: Mapped[str]
    type: Mapped[str]
    subtype: Mapped[str]
    version: Mapped[str]
    bstatus: Mapped[str]
    json_addl: Mapped[Document] = mapped_column(default=dict)
    is_singleton: Mapped[bool] = mapped_column(server_default=FetchedValue())
    is_deleted: Mapped[bool] = mapped_column(server_default=FetchedValue())
    created_dt: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    modified_dt: Mapped[datetime | None] = mapped_column(server_default=FetchedValue(), server_onupdate=FetchedValue())

    @staticmethod
    def sort_by_euid(items: list[_Row]) -> list[_Row]:
        """The rows in the order of their EUIDs as text; those not flushed yet come first."""
        return sorted(items, key=lambda row: row.euid or "")

    def __repr__(self) -> str:
        held = self.__dict__  # to be printed is no reason to be loaded
        return f"<{type(self).__name__}(euid={held.get('euid')!r}, name={held.get('name')!r})>"


class _Mappers(dict[Any, Mapper[Any]]):
    """Mappers by discriminator; a discriminator without one leads to the base, and is still not `in` here."""

    def __init__(self, base: Mapper[Any]) -> None:
        super().__init__(base.polymorphic_map)
        self._base = base

    def __missing__(self, _: object) -> Mapper[Any]:
        return self._base


def reads_all(base: type[_Row]) -> type[_Row]:
    """For the first class of a table: rows whose class nobody has mapped are read as this one.

    SQLAlchemy by itself fails every query that meets such a row. Its subclasses share the map, so they come after.
    """
    mapper = class_mapper(base, configure=False)
    mapper.polymorphic_map = _Mappers(mapper)
    return base


SOFT_DELETED = {"confirm_deleted_rows": False}
"""For mappers: a DELETE marks the row and says that it deleted none."""
