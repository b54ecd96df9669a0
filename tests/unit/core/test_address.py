from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapdb_ctl.core.address import Address, closure, select

PLATE = Address("template", "container/plate/fixed-plate-96/1.0")
TUBE = Address("template", "container/tube/t/1.0")
FUNCTION = Address("schema", "function/meridian_seal(text[], text)")


@given(st.from_regex(r"[a-z]+", fullmatch=True), st.text(min_size=1))
def test_text_and_back(kind: str, name: str) -> None:
    assert Address.parse(str(Address(kind, name))) == Address(kind, name)


@pytest.mark.parametrize("text", ["", "template", "template.", ".x", 'prefix."open'])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        Address.parse(text)


def test_an_exact_address_is_no_glob() -> None:
    assert select(str(FUNCTION), [FUNCTION, PLATE]) == {FUNCTION}


def test_a_star_crosses_slashes() -> None:
    assert select("template.container/*", [PLATE, TUBE, FUNCTION]) == {PLATE, TUBE}
    assert select("prefix.*", [PLATE]) == set()


def test_closure_follows_needs() -> None:
    needs = {PLATE: (TUBE,), TUBE: (FUNCTION,), FUNCTION: ()}
    assert closure([PLATE], needs) == {PLATE, TUBE, FUNCTION}
