"""The names by which plans refer to the managed schema as a whole."""

from __future__ import annotations

from tapdb_ctl.core.address import Address

VERSION = 1
"""The version of schema/ that this tapdb builds; a database with a newer one is refused."""

UNMANAGED = 0
"""The version of a schema that TAPDB built and tapdb has not taken over."""

BASELINE = Address("schema", "baseline")
"""The SQL in schema/, run once where it is absent."""
