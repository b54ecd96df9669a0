"""Ship the top-level asset folders inside the wheel, where `tapdb_ctl.assets` finds them."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = ("schema", "templates", "stacks", "manifests")


class BundleAssets(BuildHookInterface[Any]):
    """Adds the asset folders to a standard wheel; an editable one reads the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Map each folder to `tapdb_ctl/_bundled/` unless the build is editable."""
        if version == "standard":
            build_data["force_include"].update({name: f"tapdb_ctl/_bundled/{name}" for name in ASSETS})
