"""The pages about the command line: generated where possible, tested where not."""

import ast
import os
import re

import pytest

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


def stated(layer: str) -> dict[str, str]:
    """The codes of one layer and their sentences, as the source calls them: `Finding(code, summary, …)`."""
    found = {}
    for path in (ROOT / "tapdb_ctl").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(args=[ast.Constant(str(code)), ast.Constant(str(summary)), *_]) if re.fullmatch(
                    rf"{layer}\d{{3}}", code
                ):
                    assert found.setdefault(code, summary) == summary, f"{code} has two meanings"
    return found


@pytest.mark.parametrize(
    ("layer", "heading"),
    [
        ("CLI", "Command line"),
        ("PLN", "Plans"),
        ("POL", "Policies"),
        ("PG", "PostgreSQL"),
        ("RUN", "The runtime library"),
    ],
)
def test_every_code_is_listed(layer: str, heading: str) -> None:
    rows = "".join(f"| `{code}` | {summary} |\n" for code, summary in sorted(stated(layer).items()))
    section = f"## {heading}\n\n| code | meaning |\n|---|---|\n{rows}"
    page = ROOT / "docs" / "findings.md"
    text = page.read_text()
    if os.environ.get("TAPDB_UPDATE_GOLDEN"):
        old = re.search(rf"## {heading}\n.*?(?=\n## |\Z)", text, re.DOTALL)
        page.write_text(text.replace(old[0], section) if old else f"{text.rstrip()}\n\n{section}")
    assert section in page.read_text()
