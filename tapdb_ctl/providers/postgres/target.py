"""Which database, and how tapdb behaves there: plain values that wiring makes from the manifest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

_LOST_HOST = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""Seconds, but for the last, of milliseconds: a host that the network lost is noticed within a minute."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a database is and who connects. The password is in no repr."""

    host: str
    port: int
    user: str
    database: str
    password: str | None = field(default=None, repr=False)
    sslmode: str = "prefer"
    sslrootcert: str | None = None

    def parameters(self) -> dict[str, Any]:
        """What libpq is told; a password that is not given still comes from PGPASSWORD or .pgpass."""
        given = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "dbname": self.database,
            "sslmode": self.sslmode,
            "client_encoding": "UTF8",
            "connect_timeout": 10,
            **_LOST_HOST,
        }
        optional = {"password": self.password, "sslrootcert": self.sslrootcert}
        return given | {key: value for key, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Settings:
    """How sessions behave: times in seconds, `schema` the PostgreSQL schema that holds the tables."""

    schema: str = "public"
    application_name: str = "tapdb"
    actor: str = "tapdb"
    statement_timeout: float = 300
    lock_timeout: float = 0.5
    """How long one attempt at a table lock may make others queue behind it."""
    lock_wait: float = 10
    """How long to wait in all, for other applies and for table locks: `--lock-timeout`."""

    @property
    def lock_key(self) -> int:
        """The advisory lock of this schema: a positive bigint, the same in every process."""
        return int.from_bytes(hashlib.sha256(f"tapdb {self.schema}".encode()).digest()[:8]) >> 1
