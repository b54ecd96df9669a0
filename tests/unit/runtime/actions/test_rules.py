"""Limits, read from what templates and callers write."""

from __future__ import annotations

from typing import Any

import pytest

from tapdb_ctl.runtime.actions.rules import Offer, refusal


def refused(
    given: dict[str, Any],
    captured: dict[str, Any] | None = None,
    *,
    stored: dict[str, Any] | None = None,
    status: str = "created",
) -> str | None:
    return refusal(Offer("act", stored or {}, given), status, captured or {})


@pytest.mark.parametrize("value", ["0", 0, False, "false", "False", "no", " OFF ", ""])
def test_disabled(value: object) -> None:
    assert refused({"action_enabled": value}) == "act is disabled"


@pytest.mark.parametrize("value", [None, "1", 1, True, "true", "yes"])
def test_enabled(value: object) -> None:
    assert refused({"action_enabled": value}) is None


@pytest.mark.parametrize("value", [None, "", -1, "-1", 3, "3"])
def test_below_the_limit(value: object) -> None:
    assert refused({"max_executions": value}, stored={"action_executed": "2"}) is None


@pytest.mark.parametrize("value", [0, "0", 1, "2"])
def test_at_the_limit(value: object) -> None:
    assert refused({"max_executions": value}, stored={"action_executed": "2"}) == f"act was executed 2 of {value} times"


def test_failures_use_up_nothing() -> None:
    assert refused({"max_executions": 1}, stored={"action_executed": "3", "action_failed": "3"}) is None


def test_counts_are_the_instances_own() -> None:
    assert refused({"max_executions": 1, "action_executed": "9"}) is None


@pytest.mark.parametrize("broken", [{"action_executed": "x"}, {"action_failed": []}])
def test_a_count_that_is_no_number(broken: dict[str, Any]) -> None:
    assert "cannot be counted" in str(refused({}, stored=broken))


@pytest.mark.parametrize("value", [None, "", " \n", [], {}])
def test_a_field_that_is_missing(value: object) -> None:
    assert refused({"required_fields": ["a", "b"]}, {"a": value, "b": "x"}) == "act requires a"


@pytest.mark.parametrize("value", [0, False, "x", [0]])
def test_a_field_that_is_there(value: object) -> None:
    assert refused({"required_fields": "a"}, {"a": value}) is None


@pytest.mark.parametrize("field", ["new_status", "status"])
def test_the_status_that_an_action_sets_is_judged(field: str) -> None:
    valid = {"valid_statuses": ["active", "archived"]}
    assert refused(valid, {field: "active"}) is None
    assert refused(valid, {field: "burnt"}, status="active") == "act sets one of active, archived, not 'burnt'"


def test_else_the_status_that_the_instance_has() -> None:
    valid = {"valid_statuses": ["active"]}
    assert refused(valid, status="active") is None
    assert refused(valid) == "act is for the statuses active, not 'created'"
