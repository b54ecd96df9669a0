"""Secrets that must not be found again: whatever an apply prints, writes or logs is searched for them."""

from __future__ import annotations

import base64
import hashlib

PASSWORD = "canary-password-5b1e7c"
"""The password of the role that applies."""
DECOY = "canary-decoy-90ad42"
"""Stands in PGPASSWORD where the manifest names another password."""

SOURCES = {
    "password: {env: LAB_PASSWORD}": {"LAB_PASSWORD": PASSWORD, "PGPASSWORD": DECOY},
    "password: '${var.PASSWORD}'": {"TAPDB_VAR_PASSWORD": PASSWORD, "PGPASSWORD": DECOY},
    "sslmode: prefer": {"PGPASSWORD": PASSWORD},
}
"""How a manifest comes by its password, with the process environment that goes with it."""


def _forms(secret: str) -> list[str]:
    raw = secret.encode()
    return [secret, raw.hex(), base64.b64encode(raw).decode().rstrip("="), hashlib.sha256(raw).hexdigest()]


_FORMS = [form.encode() for secret in (PASSWORD, DECOY) for form in _forms(secret)]


def found(content: bytes) -> bool:
    """Whether a canary stands there, as it is, in hexadecimal or Base64, or as a hash."""
    return any(form in content for form in _FORMS)
