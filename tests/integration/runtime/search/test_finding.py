"""Rows by EUID, and what is said of those that cannot be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text

from runtime_worlds import SAMPLE
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.euid import format_euid, likely_euids
from tapdb_ctl.runtime.models import audit_log, generic_instance, generic_instance_lineage, generic_template
from tapdb_ctl.runtime.models.instance import content_instance
from tapdb_ctl.runtime.search import audit, find, find_instance, find_template

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapdb_ctl.runtime.session import TapdbSession

DELETE = text("DELETE FROM generic_instance WHERE euid = :e")


@pytest.fixture
def statements(session: TapdbSession) -> list[str]:
    """What is sent from now on."""
    sent: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *args: sent.append(args[2]))
    return sent


@pytest.fixture
def known(session: TapdbSession) -> Callable[[str], str]:
    """Make an instance of this EUID."""

    def make(euid: str) -> str:
        session.execute(
            text(
                "INSERT INTO generic_instance (euid, name, polymorphic_discriminator, category, type, subtype, version,"
                " template_uuid, bstatus) SELECT :euid, 'i', 'container_instance', category, type, subtype, version,"
                " uuid, 'created' FROM generic_template WHERE type = 'tube'"
            ),
            {"euid": euid},
        )
        return euid

    return make


def hint(session: TapdbSession, typed: str, find: Callable[..., object] = find_instance) -> str:
    with pytest.raises(InvalidInputError, match="RUN001") as caught:
        find(session, typed)
    return caught.value.findings[0].hint


def test_an_instance_is_of_its_own_class(session: TapdbSession, make: Any) -> None:
    (euid,) = make({}, code=SAMPLE)
    found = find_instance(session, euid)
    assert (type(found), found.euid) == (content_instance, euid)


def test_what_is_unknown_or_deleted(session: TapdbSession, make: Any) -> None:
    with pytest.raises(NotFoundError, match=r"RUN030.*CX-\w+ in generic_instance"):
        find_instance(session, format_euid("CX", 2**40))
    (euid,) = make({})
    session.execute(DELETE, {"e": euid})
    with pytest.raises(NotFoundError, match="is deleted") as caught:
        find_instance(session, euid)
    assert caught.value.findings[0].hint == "include_deleted=True finds it"
    assert find_instance(session, euid, include_deleted=True).euid == euid


@pytest.mark.parametrize(
    "typed",
    [
        "CX-Z8B",
        "CX-Z9A",
        "CZ-Z8A",
        "CX-8ZA",
        "XC-Z8A",
        "CXZ8A",
        "cx-z8a",
        " CX-Z8A\n",
        "CX Z8A",
        "CX\u2013Z8A",
        "CX-Z8U",
    ],
)
def test_what_was_meant(session: TapdbSession, known: Callable[[str], str], typed: str) -> None:
    known("CX-Z8A")
    assert hint(session, typed) == "did you mean CX-Z8A?"


def test_what_was_misread(session: TapdbSession, known: Callable[[str], str]) -> None:
    euid = known(format_euid("CX", 32**3 + 32))
    assert "1010" in euid
    assert hint(session, euid.replace("1", "l").replace("0", "o")) == f"did you mean {euid}?"


def test_only_what_is_there_is_suggested(session: TapdbSession, known: Callable[[str], str]) -> None:
    others = [euid for euid in likely_euids("CX-Z8B") if euid.startswith("CX-")][:4]
    assert hint(session, "CX-Z8B") == ""
    for euid in others[1:]:
        known(euid)
    assert hint(session, "CX-Z8B") == f"did you mean {' or '.join(others[1:])}?"
    known(others[0])
    assert hint(session, "CX-Z8B") == f"did you mean {' or '.join(others[:3])}?"


@pytest.mark.parametrize("typed", ["", "?", "CX", "X" * 10_000, "CX-Z8A; DROP TABLE generic_instance"])
def test_what_nobody_could_mean(session: TapdbSession, statements: list[str], typed: str) -> None:
    assert hint(session, typed) == ""
    assert statements == [] or typed == "CX"


def test_the_check_character_is_looked_at_first(
    session: TapdbSession, statements: list[str], known: Callable[[str], str]
) -> None:
    known("CX-Z8A")
    statements.clear()
    hint(session, "CX-Z8B")
    assert len(statements) == 1
    assert "IN (" in statements[0]
    find_instance(session, "CX-Z8A")
    assert len(statements) == 2


def test_in_every_table(session: TapdbSession, make: Any) -> None:
    parent, child = make({}, {})
    edge = session.scalars(
        text(
            "INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid,"
            " child_instance_uuid) SELECT 'edge', 'generic_instance_lineage', p.uuid, c.uuid"
            " FROM generic_instance AS p, generic_instance AS c WHERE p.euid = :p AND c.euid = :c RETURNING euid"
        ),
        {"p": parent, "c": child},
    ).one()
    user = session.scalars(text("INSERT INTO tapdb_user (username) VALUES ('mia') RETURNING euid")).one()
    logged = audit(session, record=parent).one().euid
    template = session.query(generic_template).first()
    assert template
    found = [find(session, euid) for euid in (parent, edge, user, logged, template.euid)]
    assert [row.euid for row in found] == [parent, edge, user, logged, template.euid]
    assert isinstance(found[0], generic_instance)
    assert isinstance(found[1], generic_instance_lineage)
    assert isinstance(found[3], audit_log)
    assert find_template(session, template.euid) is template
    assert hint(session, template.euid.lower(), find) == f"did you mean {template.euid}?"
    assert hint(session, template.euid.lower(), find_template) == f"did you mean {template.euid}?"
    for euid in (format_euid("CX", 2**40), format_euid("GT", 2**40), format_euid("GN", 2**40)):
        with pytest.raises(NotFoundError, match="RUN030"):
            find(session, euid)


def test_a_role_that_may_read_instances_alone(session: TapdbSession, make: Any) -> None:
    (euid,) = make({})
    session.execute(text("CREATE ROLE looker; GRANT SELECT ON generic_instance TO looker; SET LOCAL ROLE looker"))
    with pytest.raises(NotFoundError, match="RUN030"):
        find(session, format_euid("CX", 2**40))
    assert find(session, euid).euid == euid
