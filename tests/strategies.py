"""Hypothesis strategies shared by property tests: JSON values, and environments with a live state."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from tapdb_ctl.core.resource import Live, Resource
from worlds import environment, template

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NUMBERS = st.integers(-(2**70), 2**70) | st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=10**9)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=4) | st.dictionaries(TEXT, v, max_size=4), max_leaves=12)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=4)

CODES = st.sampled_from([f"c/t/s{number}/1" for number in range(5)])
WANTED = st.builds(
    template,
    CODES,
    owner=st.sampled_from(["lab", "core"]),
    prefix=st.sampled_from(["CX", "WX"]),
    protected=st.booleans(),
    name=st.sampled_from(["a", "b"]),
    json_addl=st.sampled_from([{}, {"n": 1}, {"n": Decimal("1.5")}, {"n": True}]),
)
CATALOGUES = st.lists(WANTED, max_size=5, unique_by=lambda r: r.address)
ENVIRONMENTS = st.builds(lambda templates, prune: environment(*templates, prune=prune), CATALOGUES, st.booleans())


def live(resources: list[Resource] | tuple[Resource, ...]) -> Live:
    """The state in which exactly these exist."""
    return Live({r.address: r for r in resources}, {r.address: r.digest for r in resources})
