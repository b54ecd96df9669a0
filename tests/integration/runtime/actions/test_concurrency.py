"""Executions at once are counted one by one, and never are there more than allowed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from pg_servers import Server
from runtime_worlds import connected
from tapdb_ctl.actions import ActionDispatcher
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Lab

THREADS, EACH = 16, 5


class Spinner(ActionDispatcher):
    def do_action_freeze(self, instance: Any, _: Any, captured: Any) -> Any:
        total = instance.json_addl["properties"].get("total", 0)
        instance.json_addl["properties"]["total"] = total + 1
        if captured["fails"]:
            raise ValueError("no")
        return {"status": "success", "message": "frozen"}

    def do_action_thaw(self, *_: Any) -> Any:
        return {"status": "success", "message": "thawed"}


def at_once(work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS * EACH)))


def test_every_execution_counts(lab: Lab) -> None:
    uuid = lab.specimen()
    results = at_once(lambda n: lab.act(uuid, "freeze", {"fails": n % 4 == 0}, by=Spinner()))
    failures = THREADS * EACH // 4
    assert sum(result["status"] == "error" for result in results) == failures
    assert lab.executed(uuid, "freeze") == (str(THREADS * EACH), str(failures), THREADS * EACH)
    assert lab.read(uuid)["json_addl"]["properties"] == {"total": THREADS * EACH - failures}
    assert (
        sorted(status for _, status, _ in lab.records())
        == ["completed"] * (THREADS * EACH - failures) + ["failed"] * failures
    )


def test_a_limit_is_never_exceeded(lab: Lab) -> None:
    uuid = lab.specimen()
    results = at_once(lambda _: lab.act(uuid, "thaw", by=Spinner()))
    assert sum(result["status"] == "success" for result in results) == 3
    assert lab.executed(uuid, "thaw") == ("3", None, 3)
    assert len(lab.records()) == 3


def test_what_an_instance_does_not_offer_is_limited_too(lab: Lab) -> None:
    uuid = lab.specimen()
    definition = {**lab.read(uuid)["actions"]["thaw"], "max_executions": 2, "action_executed": "7"}

    def thaw(_: int) -> Any:
        with lab.db.session_scope(commit=True) as session:
            return Spinner().execute_action(session, uuid, "elsewhere", "thaw", definition)

    results = at_once(thaw)
    assert sum(result["status"] == "success" for result in results) == 2
    entry = lab.read(uuid)["json_addl"]["action_groups"]["elsewhere"]["thaw"]
    assert (entry["action_executed"], entry["max_executions"]) == ("2", 2)


def test_what_a_session_read_before_does_not_count(lab: Lab) -> None:
    uuid = lab.specimen()
    with lab.db.session_scope(commit=True) as session:
        stale = session.get_one(generic_instance, uuid)
        assert stale.json_addl["action_groups"]["lab_actions"]["thaw"]["action_executed"] == "0"
        lab.act(uuid, "thaw", by=Spinner())
        lab.act_in(session, stale, "thaw", by=Spinner())
    assert lab.executed(uuid, "thaw") == ("2", None, 2)


def test_a_plain_session_counts_as_well(lab: Lab) -> None:
    uuid = lab.specimen()
    with Session(lab.db.engine) as session:
        lab.act_in(session, session.get_one(generic_instance, uuid), "thaw", by=Spinner(), user="grace")
        session.commit()
    assert lab.executed(uuid, "thaw") == ("1", None, 1)


def test_on_every_version(
    server: Server, runtime_database: Callable[[Server], str], lab_of: Callable[..., Lab]
) -> None:
    with connected(server, runtime_database(server)) as db:
        lab = lab_of(db)
        uuid = lab.specimen()
        assert lab.act(uuid, "thaw", by=Spinner(), user="grace")["status"] == "success"
        assert lab.executed(uuid, "thaw") == ("1", None, 1)
