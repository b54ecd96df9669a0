"""Whatever a plan holds, its Markdown stays what we made it, and stays as short as it has to be."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from strategies import TEXT
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Adopt, Change, Create, Delete, Replace, Update
from tapdb_ctl.core.plan import Plan, PlannedChange
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.step import Call, Step
from tapdb_ctl.errors import Finding, Severity, Where
from tapdb_ctl.views import markdown

HARM = (
    *("`", "```", "````\n", "~~~", "\n```\n", "\n\n", "\r\n", "\u2028", "    ", "\t", "\\"),
    *(
        "</details>",
        "<details>",
        "</code>",
        "</summary>",
        "<script>",
        "<!--",
        "-->",
        "--!>",
        "<img src=x>",
        "&lt;",
        "&",
    ),
    *("@everyone", "#1", "https://example.org/", "www.example.org", "[a](b)", "![a](b)", "[a]: /b", "a@example.org"),
    *("# h", "> [!NOTE]", "---", "***", "| a |\n|---|", "- [ ] x", "$x$", ":+1:", "\U0001d54f" * 40, "n" * 500),
)
HOSTILE = st.lists(st.sampled_from(HARM) | TEXT, max_size=3).map("".join)
NAMES = HOSTILE.map(lambda text: text[:60])
RESOURCES = st.builds(
    Resource,
    HOSTILE.map(lambda name: Address("template", f"x{name}")),
    st.fixed_dictionaries({"name": HOSTILE, "json_addl": st.dictionaries(HOSTILE, HOSTILE, max_size=3)}),
)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(Create, RESOURCES),
    st.builds(Delete, RESOURCES),
    *(st.builds(kind, RESOURCES, RESOURCES) for kind in (Update, Replace, Adopt)),
)
STEPS = st.builds(Step, HOSTILE, st.just(Call("x")), data_loss=st.booleans()).map(lambda step: (step,))
FINDINGS = st.builds(
    Finding,
    st.just("PLN001"),
    HOSTILE,
    HOSTILE,
    HOSTILE,
    st.sampled_from(Severity),
    st.none() | st.builds(Where, HOSTILE, st.just(3), st.just(1), HOSTILE),
    address=st.none() | HOSTILE,
)
LISTS = {"max_size": 4}
PLANS = st.builds(
    lambda environment, target, changes, findings, guards: Plan(
        environment, "0" * 64, (), {}, tuple(changes), tuple(findings), tuple(guards), target
    ),
    NAMES,
    NAMES,
    st.lists(st.builds(PlannedChange, CHANGES, STEPS), **LISTS),
    st.lists(FINDINGS, **LISTS),
    st.lists(FINDINGS, max_size=2),
)

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Others use the machine, too."""

MARKER = re.compile(r"<!-- tapdb-plan: [\w.~%-]* [\w.~%-]* -->\n")
SUMMARY = re.compile(r"<details(?: open)?><summary><code>[^<>\n]*</code></summary>\n")
OURS = re.compile(r"[\w ,.:!;'()\[\]\n+/-]*")
"""What our own words are made of: no `@`, no `#`, no `<`, nothing that a host would turn into something else."""


def tokens(text: str) -> list[Token]:
    """As GitHub reads it: the tables, strikethrough and autolinks of its dialect, and HTML."""
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)


@settings(UNHURRIED)
@given(PLANS)
@example(Plan("```", "", (), {}, (), (), (), "--> @everyone"))
def test_nothing_leaves_its_fence(plan: Plan) -> None:
    text = markdown.comment(plan)
    marker, *blocks = (token for token in tokens(text) if token.type == "html_block")
    assert MARKER.fullmatch(marker.content)
    assert text.startswith(marker.content)
    assert len(blocks) == 2 * len(plan.changes)
    for opened, closed in zip(blocks[::2], blocks[1::2], strict=True):
        assert SUMMARY.fullmatch(opened.content), opened.content
        assert closed.content.rstrip("\n") == "</details>"


@settings(UNHURRIED)
@given(PLANS)
def test_what_is_not_ours_is_code(plan: Plan) -> None:
    parsed = tokens(markdown.comment(plan))
    kinds = {token.type for token in parsed} - {"html_block", "fence", "inline"}
    assert kinds <= {
        f"{kind}_{end}"
        for kind in ("heading", "paragraph", "blockquote", "bullet_list", "list_item")
        for end in ("open", "close")
    }
    assert {token.info for token in parsed if token.type == "fence"} <= {"diff", "text"}
    for part in (part for token in parsed for part in token.children or ()):
        assert part.type in {"text", "code_inline", "softbreak", "strong_open", "strong_close"}
        assert part.type == "code_inline" or OURS.fullmatch(part.content), part.content


@given(PLANS, st.integers(8_000, 70_000))
@settings(UNHURRIED, max_examples=30)
def test_no_plan_is_longer_than_its_limit(plan: Plan, limit: int) -> None:
    large = replace(plan, changes=plan.changes * 80, findings=plan.findings * 80)
    assert len(markdown.comment(large, limit).encode()) <= limit
