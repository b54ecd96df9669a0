"""What type checkers make of searches. Read by mypy, never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_type

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from tapdb_ctl.runtime.models import audit_log, generic_instance, generic_template
from tapdb_ctl.runtime.models.instance import container_instance
from tapdb_ctl.runtime.search import (
    Counts,
    InstanceSearch,
    Page,
    Search,
    Statistics,
    audit,
    find_instance,
    find_template,
    instances,
    prop,
)


def finding(session: Session) -> None:
    assert_type(find_instance(session, "CX-Z8A"), generic_instance)
    assert_type(find_template(session, "GT-13"), generic_template)


def searching(session: Session) -> None:
    found = instances(session, template="container/plate/x/1.0", status=["created", "full"])
    assert_type(found, InstanceSearch[generic_instance])
    plates = (
        instances(session, container_instance, include_deleted=True).where(prop("a") > 1).order_by(prop("a").desc())
    )
    assert_type(plates, InstanceSearch[container_instance])
    assert_type(plates.all(), list[container_instance])
    assert_type(plates.first(), container_instance | None)
    assert_type(plates.one(), container_instance)
    assert_type(plates.iterate(), Iterator[container_instance])
    for plate in plates:
        assert_type(plate, container_instance)
    assert_type(plates.select(), Select[container_instance])
    assert_type(plates.count(), int)
    assert_type(plates.counts(), Counts)
    assert_type(plates.statistics("a"), Statistics)


def paging(session: Session) -> None:
    page = instances(session, container_instance).page(size=10)
    assert_type(page, Page[container_instance])
    assert_type(page.items, tuple[container_instance, ...])
    assert_type(page.next, str | None)
    wider: Page[generic_instance] = page
    assert_type(wider.total(), int)


def auditing(session: Session) -> None:
    found = audit(session, record=find_instance(session, "CX-Z8A"), operation="UPDATE")
    assert_type(found, Search[audit_log])
    assert_type(found.page().items, tuple[audit_log, ...])
    found.counts()  # type: ignore[attr-defined]  # the log has no templates to count by


def comparing(session: Session) -> None:
    assert_type(prop("a") == "X", ColumnElement[bool])
    assert_type(prop("a").between(1, 2), ColumnElement[bool])
    instances(session).where(prop("a").is_missing() | prop("b").in_(["x"]), ~(generic_instance.name == "x"))
    instances(session).where(prop("a") < None)  # type: ignore[operator]  # nothing is less than nothing
    prop("a", "integer")  # type: ignore[arg-type]  # no such type
    instances(session, flavour="x")  # type: ignore[call-overload]  # no such filter
    instances(session, status=7)  # type: ignore[call-overload]
    audit(session, operation="TRUNCATE")  # type: ignore[arg-type]
