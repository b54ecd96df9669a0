"""Asynchronous sessions around TapdbSession, which does the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from tapdb_ctl.runtime.session import TapdbSession

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.session import Context


class AsyncTapdbSession(AsyncSession):
    """SQLAlchemy's AsyncSession, whose transactions are audited, and whose writes are judged and hooked."""

    sync_session_class = TapdbSession

    @classmethod
    def of(cls, session: Session) -> AsyncTapdbSession:
        """The asynchronous face of a session."""

        def there(**_: Any) -> Session:  # noqa: ANN401 - what sessions are made from
            return session

        return cls(sync_session_class=there)  # type: ignore[arg-type]  # it is called, and nothing else

    @property
    def context(self) -> Context:
        """Whose session it is; change `actor` between transactions."""
        session = self.sync_session
        assert isinstance(session, TapdbSession)
        return session.context
