"""Whether an action may be executed now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OFF = frozenset({"0", "false", "no", "off", ""})
_STATUS_FIELDS = ("new_status", "status")
"""Under these an action captures the status that it is to set."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An action as its instance offers it, and as the caller describes it; the caller's word counts, except on counts.

    `stored` is empty where the instance does not offer the action.
    """

    key: str
    stored: Mapping[str, Any]
    given: Mapping[str, Any]

    def get(self, name: str) -> Any:  # noqa: ANN401 - whatever the definition holds
        """What is said of it by the caller, else by the instance."""
        return self.given[name] if name in self.given else self.stored.get(name)

    @property
    def succeeded(self) -> int:
        """How often it was executed without failing; raises ValueError where the counts are no numbers."""
        executed, failed = (_whole(self.stored, name) or 0 for name in ("action_executed", "action_failed"))
        return executed - failed

    @property
    def limit(self) -> int | None:
        """How often it may succeed; None for ever, which a negative number means too. Raises as `succeeded` does."""
        most = _whole({"max_executions": self.get("max_executions")}, "max_executions")
        return None if most is None or most < 0 else most


def refusal(offer: Offer, status: str, captured: Mapping[str, Any]) -> str | None:
    """Why the action may not be executed on an instance of this status; None where nothing speaks against it."""
    try:
        return next(_refusals(offer, status, captured), None)
    except ValueError as error:
        return f"{offer.key} cannot be counted: {error}"


def _refusals(offer: Offer, status: str, captured: Mapping[str, Any]) -> Iterator[str]:
    if not all(_enabled(said.get("action_enabled")) for said in (offer.stored, offer.given)):
        yield f"{offer.key} is disabled"
    done, most = offer.succeeded, offer.limit
    if most is not None and done >= most:
        yield f"{offer.key} was executed {done} of {most} times"
    if missing := [field for field in _listed(offer.get("required_fields")) if _empty(captured.get(field))]:
        yield f"{offer.key} requires {', '.join(missing)}"
    if valid := _listed(offer.get("valid_statuses")):
        yield from _status_refusals(offer.key, valid, status, captured)


def _status_refusals(key: str, valid: list[str], status: str, captured: Mapping[str, Any]) -> Iterator[str]:
    """Of an action that sets a status the new one is judged, of any other the one that the instance has."""
    wanted = next((captured[field] for field in _STATUS_FIELDS if field in captured), None)
    if wanted is not None and wanted not in valid:
        yield f"{key} sets one of {', '.join(valid)}, not {wanted!r}"
    if wanted is None and status not in valid:
        yield f"{key} is for the statuses {', '.join(valid)}, not {status!r}"


def _enabled(value: object) -> bool:
    return value is None or str(value).strip().lower() not in _OFF


def _empty(value: object) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _listed(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(each) for each in value] if isinstance(value, list | tuple) else []


def _whole(said: Mapping[str, Any], name: str) -> int | None:
    value = said.get(name)
    if value is None or value == "":
        return None
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is {value!r}, no number") from None
