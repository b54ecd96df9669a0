"""The runtime library beside a model that fits on a page: whatever is done, in whatever order, both agree.

Every example works on instances of its own in one database, so nothing has to be cleaned up between them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from runtime_worlds import TUBE, connected
from tapdb_ctl import ActionDispatcher, InstanceFactory
from tapdb_ctl.runtime.merging import merged
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage

if TYPE_CHECKING:
    from collections.abc import Callable

    from pg_servers import Server
    from tapdb_ctl import TAPDBConnection

DEFAULTS = {"volume": 1, "maker": {"name": "acme", "country": "CH"}}
FEW = 5
"""Instances of an example: so few that whatever is done meets what was done before."""

KINDS = ("contains", "derived_from")


@dataclass
class Model:
    """What should be there: instances, and edges that are live, wait for a deleted instance, or are gone."""

    properties: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    runs: dict[str, int] = field(default_factory=dict)
    live: list[tuple[str, str, str]] = field(default_factory=list)
    waiting: list[tuple[tuple[str, str, str], str]] = field(default_factory=list)

    def would_cycle(self, *edges: tuple[str, str, str]) -> bool:
        pairs = [edge[:2] for edge in (*self.live, *edges)]
        return not nx.is_directed_acyclic_graph(nx.DiGraph(pairs))

    def delete(self, euid: str) -> None:
        self.deleted.add(euid)
        self.waiting += [(edge, euid) for edge in self.live if euid in edge[:2]]
        self.live = [edge for edge in self.live if euid not in edge[:2]]

    def revived(self, euid: str) -> list[tuple[str, str, str]]:
        """The edges that come back with an instance."""
        mine = {edge for edge, cause in self.waiting if cause == euid}
        return [edge for edge in mine if not (set(edge[:2]) - {euid}) & self.deleted]

    def restore(self, euid: str) -> None:
        self.live += self.revived(euid)
        self.deleted.discard(euid)
        others = {edge: (set(edge[:2]) - {euid}).pop() for edge, _ in self.waiting if euid in edge[:2]}
        self.waiting = [
            (edge, others[edge] if cause == euid else cause)
            for edge, cause in self.waiting
            if cause != euid or others[edge] in self.deleted
        ]


class Runs(ActionDispatcher):
    """One action, which counts."""

    def do_action_count(self, instance: generic_instance, _: dict[str, Any], __: dict[str, Any]) -> dict[str, Any]:
        number = instance.json_addl["properties"].get("runs", 0) + 1
        instance.json_addl = merged(instance.json_addl, {"properties": {"runs": number}})
        return {"status": "success"}


values = st.dictionaries(st.sampled_from("ab"), st.integers(-9, 9) | st.text("xyz", max_size=2), max_size=2)


class Machine(RuleBasedStateMachine):
    """Rules work through the public API, one transaction each."""

    db: TAPDBConnection
    instances = Bundle("instances")
    removed = Bundle("removed")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.factory = InstanceFactory()

    @initialize(target=instances, rows=st.lists(values, min_size=3, max_size=3))
    def begin(self, rows: list[dict[str, Any]]) -> Any:
        return self.create_many(rows)

    @precondition(lambda self: len(self.model.properties) < FEW)
    @rule(target=instances, properties=values)
    def create(self, properties: dict[str, Any]) -> str:
        with self.db.session_scope(commit=True) as session:
            euid = self.factory.create_instance(session, TUBE, "T", properties).euid
        self.model.properties[euid] = properties
        return euid

    def create_many(self, rows: list[dict[str, Any]]) -> Any:
        with self.db.session_scope(commit=True) as session:
            euids = self.factory.create_instances(session, TUBE, [{"name": "T", "properties": row} for row in rows])
        self.model.properties.update(zip(euids, rows, strict=True))
        return multiple(*euids)

    @rule(euid=instances, properties=values)
    def update(self, euid: str, properties: dict[str, Any]) -> None:
        with self.db.session_scope(commit=True) as session:
            self.factory.update_many(session, {euid: {"properties": properties}})
        self.model.properties[euid] = merged(self.model.properties[euid], properties)

    @rule(parent=instances, child=instances, kind=st.sampled_from(KINDS))
    def link(self, parent: str, child: str, kind: str) -> None:
        edge = (parent, child, kind)
        if parent == child or edge in self.model.live or self.model.would_cycle(edge):
            with pytest.raises(IntegrityError), self.db.session_scope(commit=True) as session:
                self.factory.link_instances(session, parent, child, kind)
            return
        with self.db.session_scope(commit=True) as session:
            self.factory.link_instances(session, parent, child, kind)
        self.model.live.append(edge)

    @rule(target=removed, euid=consumes(instances))
    def delete(self, euid: str) -> str:
        with self.db.session_scope(commit=True) as session:
            self.factory.soft_delete_many(session, [euid])
        self.model.delete(euid)
        return euid

    @rule(target=instances, euid=consumes(removed))
    def restore(self, euid: str) -> Any:
        if self.model.would_cycle(*self.model.revived(euid)):
            with pytest.raises(IntegrityError), self.db.session_scope(commit=True) as session:
                self.factory.restore(session, [euid])
            return multiple()
        with self.db.session_scope(commit=True) as session:
            self.factory.restore(session, [euid])
        self.model.restore(euid)
        return euid

    @rule(euid=instances, other=instances, whole=st.booleans())
    def think_better_of_it(self, euid: str, other: str, whole: bool) -> None:
        """Of what is rolled back, to a savepoint or as a whole, nothing stays, also not in the session's objects."""
        with self.db.session_scope(commit=True) as session:
            instance, beside = (session.query(generic_instance).filter_by(euid=each).one() for each in (euid, other))
            before = dict(instance.json_addl)
            undone = session if whole else session.begin_nested()
            made = self.factory.create_instance(session, TUBE, "never")
            edge = self.factory.link_instances(session, instance, made, "contains")
            self.factory.update_many(session, {euid: {"name": "never", "properties": {"a": "never"}}})
            self.factory.soft_delete_many(session, [other])
            undone.rollback()
            assert made not in session
            assert edge not in session
            assert (instance.name, instance.json_addl, beside.is_deleted) == ("T", before, False)

    @rule(euid=instances, times=st.integers(1, 3))
    def act_at_once(self, euid: str, times: int) -> None:
        """Several run one action on one instance, and each run counts."""
        with ThreadPoolExecutor(times) as pool:
            results = list(pool.map(self._act, [euid] * times))
        assert results == ["success"] * times
        self.model.runs[euid] = self.model.runs.get(euid, 0) + times

    def _act(self, euid: str) -> str:
        with self.db.session_scope(commit=True) as session:
            instance = session.scalars(select(generic_instance).filter_by(euid=euid)).one()
            result = Runs().execute_action(session, instance, "ours", "count", {}, create_action_record=False)
            return str(result["status"])

    @rule(one=instances, other=instances)
    def link_both_ways_at_once(self, one: str, other: str) -> None:
        """Of two edges that together close a cycle one is committed at most. Chance decides which, so it goes again."""
        with ThreadPoolExecutor(2) as pool:
            done = [edge for edge in pool.map(self._try, [(one, other), (other, one)]) if edge]
        assert len(done) <= 1
        with self.db.session_scope(commit=True) as session:
            session.execute(delete(generic_instance_lineage).where(generic_instance_lineage.euid.in_(done)))

    def _try(self, ends: tuple[str, str]) -> str | None:
        try:
            with self.db.session_scope(commit=True) as session:
                return self.factory.link_instances(session, *ends, "contains").euid
        except DBAPIError:
            return None

    @invariant()
    def both_agree(self) -> None:
        with self.db.session_scope() as session:
            known = list(self.model.properties)
            rows = session.scalars(select(generic_instance).where(generic_instance.euid.in_(known))).all()
            assert {row.euid for row in rows} == set(known)
            assert {row.euid for row in rows if row.is_deleted} == self.model.deleted
            for row in rows:
                assert row.name == "T"
                held = dict(row.json_addl["properties"])
                assert held.pop("runs", 0) == self.model.runs.get(row.euid, 0)
                assert held == {
                    "volume": 1,
                    "maker": {"name": "acme", "country": "CH"},
                    **self.model.properties[row.euid],
                }
            uuids = {row.uuid: row.euid for row in rows}
            edges = session.scalars(
                select(generic_instance_lineage).where(
                    generic_instance_lineage.parent_instance_uuid.in_(uuids),
                    generic_instance_lineage.is_deleted.is_(False),
                )
            )
            found = [(uuids[e.parent_instance_uuid], uuids[e.child_instance_uuid], e.relationship_type) for e in edges]
            assert sorted(found) == sorted(self.model.live)


def test_the_library_and_the_model_agree(pg16: Server, runtime_database: Callable[[Server], str]) -> None:
    with connected(pg16, runtime_database(pg16)) as db:
        machine = type("Machine", (Machine,), {"db": db})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=30,
                stateful_step_count=40,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            ),
        )
