"""Formatting keeps every value and comment, is final, and leaves no odd white space, whatever the file's own layout."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tapdb_ctl.manifest import reading
from tapdb_ctl.manifest.formatting.files import formatted

SCALARS = st.sampled_from(
    ["a", "two words", "1", "1.50", "0777", "NO", "~", "''", "'it''s # no comment'", r'"\u00e9 \" \\"', "2024-01-01"]
)
LITERALS = st.sampled_from([("|", ["x", "  y", "", "z"]), (">-", ["x", "y"]), ("|+", ["x", ""]), ("|2", ["  x", "y"])])
FLOWS = st.sampled_from(["[]", "{ }", "[ a,b , {c: 1} ]", "{a: 1,  'b': [2]}", "[a,\n b]", "{a:\n  1, b: 2\n}"])
SPACES = st.sampled_from([" ", "   ", "\t"])
COMMENTS = st.sampled_from(["# c", "#c", "# a: 1", "#"])
ENDS = st.one_of(st.just(""), st.tuples(st.sampled_from([" ", "    "]), COMMENTS).map("".join))
TREES = st.recursive(
    SCALARS | FLOWS,
    lambda tree: st.lists(tree, min_size=1, max_size=3) | st.dictionaries(st.sampled_from("kmn"), tree, min_size=1),
    max_leaves=8,
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A YAML file in a layout that nobody would choose."""
    lines = list(_block(draw, draw(st.dictionaries(st.sampled_from("abc"), TREES, min_size=1)), 0))
    text = "\n".join([*(line for block in lines for line in (*draw(BETWEEN), block)), *draw(BETWEEN), ""])
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


BETWEEN = st.lists(st.one_of(st.just(""), st.builds(lambda n, c: " " * n + c, st.integers(0, 7), COMMENTS)), max_size=2)


def _block(draw: st.DrawFn, tree: object, column: int) -> list[str]:
    """The lines of a block collection; what stands in brackets may be several lines in one."""
    lines = []
    pairs = tree.items() if isinstance(tree, dict) else ((None, each) for each in tree)
    for key, value in pairs:
        start = " " * column + ("-" if key is None else f"{key}{draw(st.sampled_from(['', ' ']))}:")
        if isinstance(value, str):
            space = draw(SPACES) if key else "  "  # libyaml takes no tab after a -
            lines.append(f"{start}{space}{value.replace(chr(10), chr(10) + ' ' * (column + 2))}{draw(ENDS)}")
            continue
        may_stay = key is not None and isinstance(value, list)
        below = _block(draw, value, column + draw(st.sampled_from([0, 2, 3] if may_stay else [2, 3, 4])))
        if key is None and draw(st.booleans()):
            below[0] = start + below[0][len(start) :]
        else:
            lines.append(start + draw(ENDS))
        lines += below
    return lines


def comments(text: str) -> list[str]:
    """Every comment of a file that has no scalar of several lines and no # in its scalars but one."""
    return [match[1].rstrip() for match in re.finditer(r"(?:^|(?<=\s))(#(?! no comment).*)", text, re.MULTILINE)]


def documents(text: str) -> list[object]:
    return [document.value for document in reading.parsed("f.yaml", text.encode(), is_json=False).documents]


@settings(max_examples=120, deadline=None)
@given(files())
@example("a:\n- b\n#c\nd: 1\n")
@example("a: {b: 1, #c: 2}\n}\n")
def test_only_the_layout_changes(text: str) -> None:
    result = formatted("f.yaml", text.encode(), is_json=False)
    assert result.findings == ()
    assert repr(documents(result.after)) == repr(documents(text))
    assert comments(result.after) == comments(text)
    assert formatted("f.yaml", result.after.encode(), is_json=False).after == result.after
    assert not re.search(r"[ \t]\n|\t|\r|\n\n\n|^\n|\n\n\Z", result.after)
    assert result.after.endswith("\n")


@settings(max_examples=60, deadline=None)
@given(LITERALS, st.integers(1, 6), st.integers(0, 2), st.booleans())
def test_literal_blocks_keep_their_lines(literal: tuple[str, list[str]], column: int, empty: int, last: bool) -> None:
    header, lines = literal
    column = 2 if "2" in header else column
    body = "".join(f"{' ' * column}{line}\n" if line else "\n" for line in lines)
    text = f"a: {header}  # why\n{body}" + "\n" * empty + ("" if last else " # c\nb: 1\n")
    result = formatted("f.yaml", text.encode(), is_json=False)
    assert result.findings == ()
    assert repr(documents(result.after)) == repr(documents(text))
    assert comments(result.after) == comments(text)
    assert formatted("f.yaml", result.after.encode(), is_json=False).after == result.after


WORDS = [
    ": ",
    "- ",
    "? ",
    "\n  ",
    "\n    ",
    " #c\n",
    "---\n",
    "...\n",
    "!!str ",
    "'x'",
    '"y\\n"',
    "'q\n  r'",
    "\r\n",
    "\u2028",
]
BLOCKS = ["|\n", "|+\n", "|2\n", ">-\n"]
PIECES = st.sampled_from([*"ab:-[]{},", "&x ", "*x", *WORDS, *BLOCKS])


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
@example("- |\n  no line break at the end")
@example("\n    --- ")
def test_no_file_is_too_odd(text: str) -> None:
    result = formatted("f.yaml", text.encode(), is_json=False)
    if not result.findings:
        assert formatted("f.yaml", result.after.encode(), is_json=False).after == result.after
    else:
        assert result.after == result.before
