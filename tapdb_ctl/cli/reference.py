"""docs/cli.md, from the commands themselves: `python -m tapdb_ctl.cli.reference > docs/cli.md`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer.main
from typer.core import TyperGroup

from tapdb_ctl.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH = 100

_BEFORE = """\
# Command line

This page is generated: `python -m tapdb_ctl.cli.reference > docs/cli.md`. What plan and apply promise stands in
[plan-contract.md](plan-contract.md), how resources are called in [addresses.md](addresses.md).

Options come after the command. Data goes to standard output, everything else to standard error.

| exit code | meaning |
|---|---|
| 0 | done, or nothing to do |
| 1 | an error, wrong usage included |
| 2 | changes are pending; only with `--detailed-exitcode` |
| 130 | interrupted; an apply was rolled back |

| variable | meaning |
|---|---|
| `TAPDB_ENV` | the environment, like `-e` |
| `TAPDB_VAR_NAME` | the value of `${var.NAME}`, like `--var NAME=…`, which wins |
| `TAPDB_CLI_ARGS`, `TAPDB_CLI_ARGS_plan` | arguments for every command, for one (`pg start-local`: `TAPDB_CLI_ARGS_pg_start_local`); typed ones come later and win |
| `TAPDB_INPUT=0` | never ask, like `--input=false` |
| `TAPDB_LOG` | `debug`, `info`, `warning` or `error`: log to standard error; `debug` also shows tracebacks |
| `TAPDB_PG_BIN` | the only folder in which PostgreSQL's programs are looked for |
| `GITHUB_ACTIONS` | `true`: print annotations, and append plans to `GITHUB_STEP_SUMMARY` ([ci.md](ci.md)) |
| `NO_COLOR`, `TERM=dumb` | no colour, like `--no-color` |
| `PGHOST`, `PGPORT`, `PGUSER`, `PGSSLMODE`, `PGSSLROOTCERT` | complete an environment whose manifest names no host; never change one that does |
| `PGPASSWORD`, `PGPASSFILE` | the password, when the manifest gives none |
"""  # noqa: E501 - a row of a Markdown table is one line


def page() -> str:
    """The whole page."""
    return "\n".join([_BEFORE, *_commands(typer.main.get_group(app), "tapdb")])


def _commands(group: TyperGroup, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        full = f"{path} {name}"
        yield f"## {full}\n\n```text\n{_help(command, full)}\n```\n"
        if isinstance(command, TyperGroup):
            yield from _commands(command, full)


def _help(command: Any, path: str) -> str:  # noqa: ANN401 - typer does not export the class of its commands
    context = command.make_context(path, [], resilient_parsing=True, terminal_width=_WIDTH, max_content_width=_WIDTH)
    text: str = command.get_help(context)
    return "\n".join(line.rstrip() for line in text.splitlines())


if __name__ == "__main__":
    sys.stdout.write(page())
