"""Catalogues added to a manifest that somebody wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest.declaring import with_catalogs

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "apiVersion: tapdb/v1\nkind: Environment\nmetadata: {name: other}\nspec:\n  database: {engine: embedded}\n---\n"
DEV = """\
apiVersion: tapdb/v1   # first
kind: Environment
metadata:
  name: "dev"
spec:
  # where it is
  database: {engine: embedded}
  catalogs:
    - {name: core, path: ../templates/core}   # ours
  protect: ${var.PROTECT}
"""


def test_everything_else_stays(tmp_path: Path) -> None:
    manifest = tmp_path / "manifests" / "all.yaml"
    manifest.parent.mkdir()
    manifest.write_text(OTHER + DEV)
    folders = {"core": tmp_path / "live/core", "lab": tmp_path / "live/lab"}

    path, text = with_catalogs([manifest.parent], "dev", folders) or (None, "")

    ours = "    - {name: core, path: ../templates/core}   # ours\n"
    assert (path, text) == (
        manifest,
        OTHER + DEV.replace(ours, f"{ours}    - name: lab\n      path: ../live/lab\n"),
    )


def test_what_is_declared_is_left(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text(DEV)
    assert with_catalogs([tmp_path], "dev", {"core": tmp_path / "elsewhere"}) is None


def test_json_is_not_added_to(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text(
        '{"apiVersion": "tapdb/v1", "kind": "Environment", "metadata": {"name": "dev"},'
        ' "spec": {"database": {"engine": "embedded"}}}'
    )
    with pytest.raises(ManifestError, match="MAN020"):
        with_catalogs([tmp_path], "dev", {"lab": tmp_path})


def test_a_text_that_would_change_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text(DEV + "vars: {BIG: 1e400}\n")
    with pytest.raises(ManifestError, match="MAN020"):
        with_catalogs([tmp_path], "dev", {"lab": tmp_path})
