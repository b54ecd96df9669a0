"""The pages about the command line: generated where possible, tested where not."""

import re

from documents import ROOT
from tapdb_ctl.cli.reference import page
from tapdb_ctl.core.address import Address, select

ADDRESSES = (ROOT / "docs" / "addresses.md").read_text()
EXAMPLE = re.compile(
    r'`((?:server|database|schema|identity|prefix|template|stack|cognito)\.(?:"(?:[^"]|"")+"|[^`"*]+))`'
)


def test_the_reference_is_current() -> None:
    assert (ROOT / "docs" / "cli.md").read_text() == page(), "python -m tapdb_ctl.cli.reference > docs/cli.md"


def test_every_address_of_the_page_is_one_in_its_only_form() -> None:
    examples = EXAMPLE.findall(ADDRESSES)
    assert len(examples) > 20
    for text in examples:
        assert str(Address.parse(text)) == text


def test_what_the_page_says_of_quoting() -> None:
    assert str(Address("schema", 'column/"a.b".c')) == 'schema."column/""a.b"".c"'
    assert str(Address("schema", "table/Odd Name")) == "schema.table/Odd Name"
    encode, other = (
        Address("schema", "function/encode(bigint,text[])"),
        Address("schema", "function/encode(bigint,textx)"),
    )
    assert select("schema.function/encode(bigint,text[])", [encode, other]) == {encode}
