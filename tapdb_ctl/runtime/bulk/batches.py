"""Batches: few enough rows and bytes for one statement, so that memory does not grow with what there is to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROWS = 2_500
"""Rows a statement. 1,000 to 5,000 are alike; with 10,000 what PostgreSQL puts aside no longer fits its work_mem."""

CHARACTERS = 16_000_000
"""Characters of JSON a statement, whatever the number of its rows."""

_Item = TypeVar("_Item")


def batches(
    items: Iterable[_Item], rows: int = ROWS, weight: Callable[[_Item], int] = lambda _: 0
) -> Iterator[list[_Item]]:
    """The items in order; a batch ends with so many of them, or once they weigh CHARACTERS."""
    batch: list[_Item] = []
    weighed = 0
    for item in items:
        batch.append(item)
        weighed += weight(item)
        if len(batch) >= rows or weighed >= CHARACTERS:
            yield batch
            batch, weighed = [], 0
    if batch:
        yield batch
