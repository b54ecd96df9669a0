"""Which rows of a batch a unique index of properties refuses, asked for the whole batch at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import text

from tapdb_ctl import properties
from tapdb_ctl.errors import Finding
from tapdb_ctl.properties import PropertyIndex
from tapdb_ctl.runtime.bulk.rows import Refused
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import TextClause
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.bulk.sowing import Seed


class Unique:
    """The unique indexes that the template of this code declares, read when they are first asked for."""

    def __init__(self, session: Session, code: str) -> None:
        self._session = session
        self._code = code

    def taken(self, seeds: Sequence[Seed]) -> dict[int, Refused]:
        """The refusals of rows whose value another has, by the row's number.

        Of several rows with one value the first may have it, whatever else the database says of that.
        """
        found = (refused for index in self._indexes for refused in self._refused(index, seeds))
        return {refused.number: refused for refused in found}

    @cached_property
    def _indexes(self) -> list[PropertyIndex]:
        read = map(PropertyIndex.of, self._session.scalars(statement("bulk_unique")))
        return [index for index in read if index and index.code == self._code]

    def _refused(self, index: PropertyIndex, seeds: Sequence[Seed]) -> Iterator[Refused]:
        documents = f"[{','.join(seed.draft.text for seed in seeds)}]"
        for at, value in self._session.execute(_statement(index), {"documents": documents}):
            said = f"{properties.written(index.path)} {value} is taken"
            yield Refused(seeds[at - 1].number, Finding("RUN074", "an instance with this value is there", said))


def _statement(index: PropertyIndex) -> TextClause:
    words = {
        "given": properties.value(index.path, index.read_as, "draft"),
        "held": properties.value(index.path, index.read_as, "instance"),
        "live": properties.live_instances(index.code, "instance"),
    }
    whole = statement("bulk_taken").text
    return text(whole.format_map({name: word.replace(":", r"\:") for name, word in words.items()}))
