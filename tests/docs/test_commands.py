"""Every `tapdb` command on our pages is one that the command line understands."""

import re
import shlex
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
import typer.main
from typer.core import TyperGroup

from documents import ROOT, Page, pages
from tapdb_ctl.assets import asset
from tapdb_ctl.cli.app import app
from tapdb_ctl.core.address import select
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.variables import Variables
from transcripts import exchanges

MENTION = re.compile(r"`tapdb ([a-z][a-z-]*)")
TAPDB = typer.main.get_group(app)


def invocations(page: Page) -> Iterator[list[str]]:
    """The arguments of every `tapdb` in the page's shell blocks."""
    lines = [line for fence in page.fences("sh") for line in fence.text.splitlines()]
    for line in (*lines, *(exchange.command for exchange in exchanges(page))):
        for words in simple_commands(line):
            if words[0].rpartition("/")[2] == "tapdb":
                yield words[1:]


def printed_by_make() -> list[list[str]]:
    """The arguments of every `tapdb` that the Makefile runs or tells people to run."""
    text = (ROOT / "Makefile").read_text()
    return [
        shlex.split(command) for command in re.findall(r"\$\(BIN\)/tapdb (.*?)(?: \"\$\$\w+\")?$", text, re.MULTILINE)
    ]


def simple_commands(line: str) -> Iterator[list[str]]:
    """The commands that `&&`, `|`, `;` and redirections part, as lists of words."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    for parts, words in groupby(lexer, key=lambda word: set(word) <= set("();<>|&")):
        if not parts:
            yield list(words)


def understood(arguments: list[str]) -> dict[str, Any]:
    """The parameters as the command line reads them, without running anything."""
    context, node, name = None, TAPDB, "tapdb"
    while isinstance(node, TyperGroup):
        context = node.make_context(name, arguments, parent=context)
        name, node, arguments = node.resolve_command(context, [*context._protected_args, *context.args])
    return node.make_context(name, arguments, parent=context).params


def refusal(arguments: list[str]) -> str:
    """What the command line has against them."""
    try:
        understood(arguments)
    except typer.Exit:  # --help has been answered
        return ""
    except typer.TyperException as error:
        return error.format_message()
    return ""


def vague(arguments: list[str]) -> bool:
    """Whether they leave open which environment of this repository, which declares three, is meant."""
    parameters = understood(arguments)
    return parameters.get("env", "") is None and not parameters.get("planfile") and arguments[0] != "info"


@pytest.mark.parametrize("page", pages(), ids=str)
def test_commands_are_understood(page: Page) -> None:
    refused = [(arguments, reason) for arguments in invocations(page) if (reason := refusal(arguments))]
    assert refused == []


@pytest.mark.parametrize("arguments", printed_by_make(), ids=" ".join)
def test_commands_of_the_makefile_are_understood(arguments: list[str]) -> None:
    assert refusal(arguments) == ""


@pytest.mark.parametrize("page", [page for page in pages() if not str(page).startswith("examples/")], ids=str)
def test_commands_name_their_environment(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAPDB_ENV", raising=False)
    if not any("export TAPDB_ENV=" in fence.text for fence in page.fences("sh")):
        assert [arguments for arguments in invocations(page) if vague(arguments)] == []


@pytest.mark.parametrize("arguments", printed_by_make(), ids=" ".join)
def test_commands_of_the_makefile_name_their_environment(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAPDB_ENV", raising=False)
    assert not vague(arguments)


@pytest.mark.parametrize("page", pages(), ids=str)
def test_targets_are_there(page: Page) -> None:
    addresses = tuple(loading.load([asset("manifests")], "dev", Variables()).desired.resources)
    given = [understood(arguments) for arguments in invocations(page)]
    patterns = [each for words in given for name in ("target", "exclude") for each in words.get(name) or ()]
    assert [pattern for pattern in patterns if not select(pattern, addresses)] == []


@pytest.mark.parametrize("page", pages(), ids=str)
def test_commands_named_in_the_text_exist(page: Page) -> None:
    assert set(MENTION.findall(page.path.read_text())) - set(TAPDB.commands) == set()


@pytest.mark.parametrize("arguments", ["plan --no-such-flag", "no-such-command", "pg no-such-command"])
def test_a_wrong_command_would_be_noticed(arguments: str) -> None:
    assert refusal(arguments.split())
