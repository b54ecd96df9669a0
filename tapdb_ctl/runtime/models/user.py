"""The users of the applications."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from tapdb_ctl.runtime.models.base import Base, Document


class tapdb_user(Base):
    """A user: deleted for real, and not audited."""

    __tablename__ = "tapdb_user"

    uuid: Mapped[int] = mapped_column(primary_key=True)
    euid: Mapped[str] = mapped_column(server_default=FetchedValue())
    euid_prefix: Mapped[str] = mapped_column(server_default=FetchedValue())
    euid_seq: Mapped[int] = mapped_column(server_default=FetchedValue())
    username: Mapped[str]
    email: Mapped[str | None]
    display_name: Mapped[str | None]
    role: Mapped[str] = mapped_column(server_default=FetchedValue())
    is_active: Mapped[bool] = mapped_column(server_default=FetchedValue())
    require_password_change: Mapped[bool] = mapped_column(server_default=FetchedValue())
    password_hash: Mapped[str | None]
    created_dt: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    modified_dt: Mapped[datetime | None] = mapped_column(server_default=FetchedValue(), server_onupdate=FetchedValue())
    last_login_dt: Mapped[datetime | None]
    json_addl: Mapped[Document | None] = mapped_column(server_default=FetchedValue())

    def __repr__(self) -> str:
        return f"<tapdb_user(euid={self.euid!r}, username={self.username!r})>"
