from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tapdb_ctl import euid

NUMBER = st.integers(1, 2**63 - 1)
PREFIX = st.from_regex(euid.PREFIX_PATTERN, fullmatch=True)
SANDBOX = st.none() | st.sampled_from("HJKMNPQRSTVWXYZ")
EUID = st.builds(euid.Euid, PREFIX, NUMBER, SANDBOX)


@given(EUID)
def test_text_and_parts_are_the_same(value: euid.Euid) -> None:
    assert euid.parse_euid(str(value)) == value


@given(NUMBER)
def test_decoding_undoes_encoding(number: int) -> None:
    assert euid.crockford_base32_decode(euid.crockford_base32_encode(number)) == number


@given(EUID, st.data())
def test_one_wrong_character_is_noticed(value: euid.Euid, data: st.DataObject) -> None:
    text = str(value)
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from(euid.ALPHABET))
    assume(text[place] not in {wrong, ":", "-"})
    with pytest.raises(ValueError, match=r"EUID|mistyped"):
        euid.parse_euid(text[:place] + wrong + text[place + 1 :])


@given(st.text())
def test_validation_never_raises(text: str) -> None:
    euid.validate_euid(text)
