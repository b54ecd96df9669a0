"""The core actions that any instance may offer, with the names that TAPDB's core pack gives them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import object_session

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime import linking
from tapdb_ctl.runtime.actions import actors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.runtime.models import generic_instance


class CoreActions:
    """Handlers of `create_note`, `update_status`, `link_objects` and `soft_delete`."""

    def do_action_create_note(
        self, instance: generic_instance, _: Mapping[str, Any], captured_data: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Append `note_text` to the list `notes` in json_addl, with its author and the time."""
        note = {
            "text": _given(captured_data, "note_text"),
            "author": actors.current.get(),
            "time": datetime.now(UTC).isoformat(),
        }
        notes = [*(instance.json_addl.get("notes") or ()), note]
        instance.json_addl = {**instance.json_addl, "notes": notes}
        return _success(f"{instance.euid} has {len(notes)} notes" if notes[1:] else f"{instance.euid} has a note")

    def do_action_update_status(
        self, instance: generic_instance, _: Mapping[str, Any], captured_data: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Set bstatus to `new_status`."""
        before, instance.bstatus = instance.bstatus, _given(captured_data, "new_status")
        return _success(f"{instance.euid}: {before} -> {instance.bstatus}")

    def do_action_link_objects(
        self, instance: generic_instance, action_ds: Mapping[str, Any], captured_data: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Link `parent_uuid` to `child_uuid`, each a uuid or an EUID, as `relationship_type`, else as "generic"."""
        parent, child = (_ref(_given(captured_data, field)) for field in ("parent_uuid", "child_uuid"))
        kind = captured_data.get("relationship_type") or action_ds.get("relationship_type") or "generic"
        if (session := object_session(instance)) is None:
            raise InvalidInputError.of("RUN084", "an instance is in no session", instance.euid)
        edge = linking.linked(session, parent, child, str(kind))
        return {**_success(f"{edge.name}: {edge.relationship_type}"), "lineage_euid": edge.euid}

    def do_action_soft_delete(
        self, instance: generic_instance, _: Mapping[str, Any], __: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Mark the instance deleted, and its edges with it; its row stays."""
        instance.is_deleted = True
        return _success(f"{instance.euid} is deleted")


def _success(message: str) -> dict[str, Any]:
    return {"status": "success", "message": message}


def _given(captured: Mapping[str, Any], field: str) -> str:
    """A field that the action cannot do without, whatever its definition requires."""
    value = captured.get(field)
    if value is None or not str(value).strip():
        raise InvalidInputError.of("RUN083", "an action misses a field", field)
    return str(value)


def _ref(text: str) -> str | int:
    return int(text) if text.isascii() and text.isdigit() else text
