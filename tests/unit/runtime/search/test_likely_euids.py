"""What somebody may have meant who typed something that is no EUID."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tapdb_ctl.euid import ALPHABET, format_euid, likely_euids, validate_euid

PREFIXES = st.sampled_from(["CX", "GT", "WSX", "TAD"])
EUIDS = st.builds(format_euid, PREFIXES, st.integers(1, 2**62), sandbox=st.sampled_from([None, "X", "H"]))


def is_right(text: str) -> bool:
    return validate_euid(text) or validate_euid(text, environment="sandbox")


@given(EUIDS, st.data())
def test_one_wrong_character(euid: str, data: st.DataObject) -> None:
    places = [place for place, character in enumerate(euid) if character not in "-:"]
    place, character = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(ALPHABET + "UILO"))
    typed = euid[:place] + character + euid[place + 1 :]
    assume(not is_right(typed))
    assert euid in likely_euids(typed)


@given(EUIDS, st.data())
def test_two_neighbours_exchanged(euid: str, data: st.DataObject) -> None:
    number = euid.index("-") + 1
    place = data.draw(st.integers(number, len(euid) - 2))
    typed = euid[:place] + euid[place + 1] + euid[place] + euid[place + 2 :]
    if not is_right(typed):
        assert euid in likely_euids(typed)


@given(EUIDS, st.sampled_from(["", " ", "_", "\u2013", "--", " - "]), st.booleans())
def test_case_dashes_and_misread_digits(euid: str, dash: str, lower: bool) -> None:
    front, number = euid.split("-")
    typed = f"{front}{dash}{number.replace('1', 'I').replace('0', 'O')}"
    found = likely_euids(f" {typed.lower() if lower else typed}\n")
    assert euid in found
    if dash:
        assert found[0] == euid


@given(st.text(max_size=40))
def test_they_are_euids_and_few(typed: str) -> None:
    found = likely_euids(typed)
    assert all(map(is_right, found))
    assert typed not in found
    assert len(found) == len(set(found)) < 100


@pytest.mark.parametrize(
    "typed", ["", "-", ":", "CX", "CX-", "X" * 33, "CX-Z8A;", "CX-Z8A, CX-Z9B", "\u00e9\u00e9-Z8A"]
)
def test_what_nobody_could_mean(typed: str) -> None:
    assert likely_euids(typed) == []
