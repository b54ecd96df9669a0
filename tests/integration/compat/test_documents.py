"""Each Python example of 0.1.13's README runs with our library; only the name of the package is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import upstream
from folders import Folder
from runtime_worlds import SAMPLE
from tapdb_ctl import InstanceFactory, TAPDBConnection
from tapdb_ctl.models import generic_instance, generic_template
from tapdb_ctl.models.instance import action_instance
from worlds import World, environment, template

PLATE = "container/plate/fixed-plate-96/1.0"
ACTION = "action/core/set-status/1.0"


def examples() -> list[str]:
    readme = (upstream.source() / "README.md").read_text()
    found = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    return [example.replace("daylily_tapdb", "tapdb_ctl") for example in found]


@pytest.fixture
def names(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the examples take for granted: an environment, templates, and a plate and a sample that are loaded."""
    world.converge(
        environment(
            template(PLATE),
            template(SAMPLE, prefix="CS", polymorphic_discriminator="content_template"),
            template(ACTION, prefix="XX", polymorphic_discriminator="action_template"),
        )
    )
    Folder(tmp_path, world).write([])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAPDB_ENV", "dev")
    monkeypatch.setenv("TAPDB_TEST_PASSWORD", world.server.password)
    seen: dict[str, Any] = {}
    yield seen
    seen["db"].close()


def load(session: Session, names: dict[str, Any]) -> None:
    """What later examples call loaded."""
    sample = InstanceFactory().create_instance(session, SAMPLE, "sample")
    action = session.scalars(select(generic_template).where(generic_template.type == "core")).one()
    plate = session.scalars(select(generic_instance).where(generic_instance.name == "PLATE-001")).one()
    session.commit()
    names |= {"plate": plate, "sample": sample, "action_definition": {"action_template_uuid": action.uuid}}


def test_the_examples_run(names: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    first, *others, last = examples()
    assert len(others) == 6
    exec(first, names)
    db: TAPDBConnection = names["db"]
    assert capsys.readouterr().out.startswith("Created: CX-")
    with db.get_session() as elsewhere:
        load(elsewhere, names)
        for example in others:
            exec(example, names)
    assert names["result"] == {"status": "success", "message": "Status set to in_progress"}
    with db.session_scope() as session:
        plate = session.scalars(select(generic_instance).where(generic_instance.name == "PLATE-001")).one()
        assert plate.bstatus == "in_progress"
        assert [edge.child_instance.name for edge in plate.parent_of_lineages] == ["sample"]
        given = session.scalars(select(generic_instance).where(generic_instance.name == "Sample-001")).one()
        assert given.json_addl["properties"] == {"volume": 1, "concentration": 25.5, "volume_ul": 100}
        assert session.scalars(select(action_instance)).one().json_addl["executed_by"] == "john.doe"
    db.close()
    exec(last, names)
    assert names["db"].engine.url.host == "host"
