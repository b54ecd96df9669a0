"""The audit log, which the database writes and nobody changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from tapdb_ctl.runtime.models.base import Base, Document


class audit_log(Base):
    """One change of one row: an INSERT, one changed column of an UPDATE, or a DELETE. In the order of `uuid`.

    `old_value` and `new_value` are the column's values as PostgreSQL writes them as text; those of a DELETE are the
    whole row as JSON.
    """

    __tablename__ = "audit_log"

    uuid: Mapped[int] = mapped_column(primary_key=True, server_default=FetchedValue())
    euid: Mapped[str] = mapped_column(server_default=FetchedValue())
    euid_prefix: Mapped[str] = mapped_column(server_default=FetchedValue())
    euid_seq: Mapped[int] = mapped_column(server_default=FetchedValue())
    rel_table_name: Mapped[str]
    column_name: Mapped[str | None]
    rel_table_uuid_fk: Mapped[int]
    rel_table_euid_fk: Mapped[str]
    old_value: Mapped[str | None]
    new_value: Mapped[str | None]
    changed_by: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    operation_type: Mapped[str | None]
    json_addl: Mapped[Document | None]
    category: Mapped[str | None]
    deleted_record_json: Mapped[Document | None]
    is_deleted: Mapped[bool] = mapped_column(server_default=FetchedValue())
    is_singleton: Mapped[bool] = mapped_column(server_default=FetchedValue())

    def __repr__(self) -> str:
        return (
            f"<audit_log(rel_table_name={self.rel_table_name!r}, rel_table_euid_fk={self.rel_table_euid_fk!r}, "
            f"operation_type={self.operation_type!r})>"
        )
