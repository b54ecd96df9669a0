"""A project folder to write manifests and packs into, for the tests of manifests."""

import json
from pathlib import Path
from typing import Any

from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.loading import Loaded
from tapdb_ctl.manifest.variables import Variables


class Project:
    """manifests/ and templates/ in a folder that is also the working directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("manifests", "templates"):
            (folder / name).mkdir()

    def write(self, name: str, content: object) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def environment(self, name: str = "dev", **spec: Any) -> Path:
        spec = {"database": {"engine": "embedded"}, "catalogs": [{"name": "lab", "path": "../templates"}], **spec}
        document = {"apiVersion": "tapdb/v1", "kind": "Environment", "metadata": {"name": name}, "spec": spec}
        return self.write(f"manifests/{name}.json", document)

    def pack(self, *templates: dict[str, Any], file: str = "pack.json") -> Path:
        return self.write(f"templates/{file}", {"templates": templates})

    def load(self, name: str | None = None, variables: Variables | None = None, *, strict: bool = True) -> Loaded:
        return loading.load([Path("manifests")], name, variables or Variables(), strict=strict)


def template(subtype: str = "s", **fields: Any) -> dict[str, Any]:
    """A valid template, as a pack holds it, with these fields added or changed."""
    common = {"category": "g", "type": "t", "subtype": subtype, "version": "1.0", "instance_prefix": "GX"}
    return {"name": "A", "polymorphic_discriminator": "generic_template", **common, **fields}
