"""Searches are awaited, and walked through by `async for`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runtime_worlds import TUBE
from tapdb_ctl.aio import AsyncInstanceFactory, AsyncTAPDBConnection, audit, instances, prop
from tapdb_ctl.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., None]

factory = AsyncInstanceFactory()


async def fill(db: AsyncTAPDBConnection) -> None:
    rows = [{"name": f"T{n}", "properties": {"volume": n}} for n in range(7)]
    async with db.session_scope(commit=True) as session:
        await factory.create_instances(session, TUBE, rows)


def test_every_method(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        await fill(db)
        async with db.session_scope() as session:
            tubes = instances(session, template=TUBE).where(prop("properties.volume") >= 2)
            assert [tube.name async for tube in tubes] == ["T2", "T3", "T4", "T5", "T6"]
            assert [tube.name async for tube in tubes.iterate(batch=2)] == ["T2", "T3", "T4", "T5", "T6"]
            falling = tubes.order_by(prop("properties.volume", "numeric").desc())
            assert [tube.name for tube in await falling.all()] == ["T6", "T5", "T4", "T3", "T2"]
            page = await falling.page(size=3)
            assert [tube.name for tube in (await falling.page(page.next, size=3)).items] == ["T3", "T2"]
            first = await falling.first()
            assert first
            assert first.name == "T6"
            assert (await tubes.where(prop("properties.volume") == 4).one()).name == "T4"
            assert await tubes.count() == 5
            assert (await tubes.counts()).by_status == {"empty": 5}
            assert (await tubes.statistics("properties.volume")).median == 4
            assert len((await session.scalars(falling.select())).all()) == 5
            assert await audit(session, table="generic_instance").count() == 7

    run(test)


def test_slips(run: Run) -> None:
    async def test(db: AsyncTAPDBConnection) -> None:
        async with db.session_scope() as session:
            with pytest.raises(TypeError, match="no filter 'nmae'"):
                instances(session, nmae="x")  # type: ignore[call-overload]
            with pytest.raises(InvalidInputError, match="RUN100"):
                audit(session, table="nope")  # type: ignore[arg-type]
            with pytest.raises(TypeError, match="not iterable"):
                list(instances(session))  # type: ignore[call-overload]

    run(test)
