"""Versions of templates: which of several is the highest, and how a code asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version

LATEST = "*"
"""Stands in a code for the highest version."""


def version_order(version: str) -> tuple[bool, Version | bytes, bytes]:
    """A sort key: versions that PEP 440 knows in its order, above all others, which go bytewise."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - only where a `*` is met

    try:
        return True, Version(version), version.encode()
    except InvalidVersion:
        return False, version.encode(), b""
