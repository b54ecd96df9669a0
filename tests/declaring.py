"""Manifests of one environment each, for what looks up databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = """\
apiVersion: tapdb/v1
kind: Environment
metadata:
  name: {name}
spec:
  identity: {{tapdb_user: TSR, audit_log: TAD}}
  cognito: {{pool_id: eu-central-1_abc}}
  database:
    name: {database}
"""


def declare(folder: Path, name: str, database: str = "tapdb", **settings: Any) -> Path:
    """The folder manifests in `folder`, with one more environment."""
    manifests = folder / "manifests"
    manifests.mkdir(exist_ok=True)
    lines = [f"    {key}: {value}\n" for key, value in settings.items()]
    (manifests / f"{name}.yaml").write_text(DOCUMENT.format(name=name, database=database) + "".join(lines))
    return manifests
