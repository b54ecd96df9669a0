"""What a search adds up to, computed in the database by one statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Numeric, func, select, tuple_, type_coerce

from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.search.filters import CODE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from sqlalchemy import Row, Select


@dataclass(frozen=True, slots=True)
class Counts:
    """How many instances there are, in all and by the code of their template, their status and their category."""

    total: int = 0
    by_template: dict[str, int] = field(default_factory=dict)
    by_status: dict[str, int] = field(default_factory=dict)
    by_category: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the numbers at a path are like, as exact decimals; all but `count` and `sum` are None without any.

    `count` leaves out instances that have no number there. `stddev` is that of a sample, None for a single number;
    `median` is the mean of the two in the middle where their count is even.
    """

    count: int
    sum: Decimal
    min: Decimal | None
    max: Decimal | None
    avg: Decimal | None
    stddev: Decimal | None
    median: Decimal | None


def grouped(kind: type[generic_instance]) -> Select[*tuple[Any, ...]]:
    """The statement of `counted`, without conditions: four ways of grouping in one reading of the rows."""
    sets = func.grouping_sets(
        tuple_(*CODE), tuple_(generic_instance.category), tuple_(generic_instance.bstatus), tuple_()
    )
    return select(*CODE, generic_instance.bstatus, func.count()).select_from(kind).group_by(sets)


def counted(rows: Iterable[Row[*tuple[Any, ...]]]) -> Counts:
    """The rows of `grouped`, sorted by what they count: the columns of other groupings are NULL."""
    total, found = 0, Counts()
    in_order = sorted(rows, key=lambda row: [part or "" for part in row[:5]])
    for category, kind, subtype, version, status, count in in_order:
        if version is not None:
            found.by_template[f"{category}/{kind}/{subtype}/{version}"] = count
        elif category is not None:
            found.by_category[category] = count
        elif status is not None:
            found.by_status[status] = count
        else:
            total = count
    return Counts(total, found.by_template, found.by_status, found.by_category)


def summed(numbers: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The statement of Statistics over a statement of one column; its own columns are in their order.

    Materialized, since PostgreSQL would read each number from its document once for every figure.
    """
    table = numbers.cte("numbers").prefix_with("MATERIALIZED")
    (number,) = table.columns
    middle = func.percentile_disc(0.5)
    halves = middle.within_group(number.asc()) + middle.within_group(number.desc())
    figures = (
        func.coalesce(func.sum(number), 0),
        func.min(number),
        func.max(number),
        func.avg(number),
        func.stddev_samp(number),
        halves / 2,
    )
    exact = (type_coerce(func.trim_scale(figure), Numeric()) for figure in figures)
    return select(func.count(number), *exact).select_from(table)
