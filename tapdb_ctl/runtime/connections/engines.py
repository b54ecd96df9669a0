"""Makes SQLAlchemy's engines: a pool, and what libpq is told beside the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL, Engine

_LOST_HOST = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""Seconds, but for the last, of milliseconds: a host that the network lost is noticed within a minute."""


@dataclass(frozen=True, slots=True)
class Pooling:
    """How many connections are kept, and for how many seconds one is waited for and used."""

    size: int = 5
    max_overflow: int = 10
    timeout: float = 30
    recycle: float = 1800


@dataclass(frozen=True, slots=True)
class Wire:
    """How a connection is made; what is None is left to the URL, then to libpq."""

    application_name: str
    connect_timeout: int | None = None
    sslmode: str | None = None
    sslrootcert: str | None = None

    def parameters(self, url: URL) -> dict[str, Any]:
        """For libpq: what the caller named, and defaults for what the URL does not say."""
        defaults = {"application_name": self.application_name, "connect_timeout": 10, "client_encoding": "UTF8"}
        named = {
            "connect_timeout": self.connect_timeout,
            "sslmode": self.sslmode,
            "sslrootcert": self.sslrootcert,
            "sslpassword": url.query.get("sslpassword"),
        }
        left = {key: value for key, value in (defaults | _LOST_HOST).items() if key not in url.query}
        return left | {key: value for key, value in named.items() if value is not None}


def opener(
    pooling: Pooling,
    wire: Wire,
    *,
    echo: bool,
    create: Callable[..., Engine] = create_engine,
    sign_in: Callable[[dict[str, Any]], None] | None = None,
) -> Callable[[URL], Engine]:
    """Makes engines, by `create`, that try a pooled connection before they hand it out.

    `sign_in` adds credentials to the parameters of every new connection.
    """

    def opened(url: URL) -> Engine:
        made = create(
            url.difference_update_query(["sslpassword"]),
            connect_args=wire.parameters(url),
            echo=echo,
            pool_size=pooling.size,
            max_overflow=pooling.max_overflow,
            pool_timeout=pooling.timeout,
            pool_recycle=pooling.recycle,
            pool_pre_ping=True,
        )
        if sign_in:
            event.listen(made, "do_connect", lambda _dialect, _record, _args, parameters: sign_in(parameters))
        return made

    return opened
