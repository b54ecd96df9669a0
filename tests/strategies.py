"""Hypothesis strategies shared by property tests: JSON values, and environments with a live state."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.resource import Desired, Live, Resource
from worlds import environment, template

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NUMBERS = st.integers(-(2**70), 2**70) | st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=10**9)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=4) | st.dictionaries(TEXT, v, max_size=4), max_leaves=12)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=4)


def _found(wanted: Resource, owner: str | None, retired: bool) -> Resource:
    """The same as it might be live."""
    protected = bool(wanted.protected) and owner is not None
    return replace(wanted, owner=owner, protected=protected, attributes={**wanted.attributes, "is_deleted": retired})


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
FOUND = st.builds(_found, WANTED, st.sampled_from(["lab", "core", "theirs", None]), st.booleans())
EXISTING = st.lists(FOUND, max_size=5, unique_by=lambda r: r.address)


@st.composite
def environments(draw: st.DrawFn) -> Desired:
    """Templates, some of them renamed, in catalogues that prune or not, with imports and force or without."""
    templates = draw(CATALOGUES)
    declared = {r.address for r in templates}
    former = [at for number in range(5) if (at := Address("template", f"c/t/s{number}/1")) not in declared]
    renamed = [replace(r, renamed_from=old) for r, old in zip(templates, draw(st.permutations(former)), strict=False)]
    some = draw(st.integers(0, len(renamed)))
    desired = environment(*renamed[:some], *templates[some:], prune=draw(st.booleans()))
    imports = draw(st.sampled_from([(), ("template.*",)]))
    return replace(desired, imports=imports, force=draw(st.booleans()))


ENVIRONMENTS = environments()


def live(resources: list[Resource] | tuple[Resource, ...]) -> Live:
    """The state in which exactly these exist."""
    return Live({r.address: r for r in resources}, {r.address: r.digest for r in resources})
