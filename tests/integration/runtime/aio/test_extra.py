"""Without the extra it says which one."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest


@pytest.mark.parametrize("missing", ["greenlet", "psycopg"])
def test_what_is_missing_is_named_with_its_remedy(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, "tapdb_ctl.aio", raising=False)
    with pytest.raises(ImportError, match=rf"needs {missing}, .*pip install '\.\[aio\]'"):
        import_module("tapdb_ctl.aio")
