"""Pages: some rows of a search, and the tokens of the pages beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row_co]):
    """Rows in the order of their search; `next` and `previous` are tokens for its `page`, None where it ends.

    A page is found by the row that it follows, not by its number: what is inserted or deleted elsewhere moves nothing
    from one page to another.
    """

    items: tuple[Row_co, ...]
    next: str | None
    previous: str | None
    _count: Callable[[], int] = field(repr=False, compare=False)

    def total(self) -> int:
        """How many rows the whole search finds, asked for now: one statement, which reads every one of them."""
        return self._count()

    def __iter__(self) -> Iterator[Row_co]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
