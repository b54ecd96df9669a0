"""Hooks that would never be called are refused."""

from __future__ import annotations

from typing import Any

import pytest

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.hooks import Hooks


@pytest.mark.parametrize(
    ("when", "event"), [("before", "creat"), ("during", "create"), ("Before", "create"), (1, None)]
)
def test_what_never_happens(when: Any, event: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"RUN091.*before or after, and create, update, delete, link"):
        Hooks().on(when, event)


@pytest.mark.parametrize("hook", [5, None, "stamp"])
def test_what_cannot_be_called(hook: Any) -> None:
    hooks = Hooks()
    for register in (hooks.before_create, hooks.after_link, hooks.on("before", "delete")):
        with pytest.raises(TypeError, match="a hook is a function"):
            register(hook)
    assert not hooks.watch("create")
