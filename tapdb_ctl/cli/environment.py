"""What the process environment says: TAPDB_CLI_ARGS, TAPDB_LOG, and whether colour is wanted."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from tapdb_ctl.errors import TapdbError

if TYPE_CHECKING:
    from typing import TextIO

GROUPS = frozenset({"pg"})
"""Commands that are followed by a command of their own."""

_LEVELS = ("debug", "info", "warning", "error")


def with_arguments(arguments: list[str]) -> list[str]:
    """The arguments with those of TAPDB_CLI_ARGS and TAPDB_CLI_ARGS_<command> right after the command.

    What is typed comes later and so wins, as in Terraform
    (https://developer.hashicorp.com/terraform/cli/config/environment-variables#tf_cli_args).
    """
    if not arguments or arguments[0].startswith("-"):
        return arguments
    words = 2 if arguments[0] in GROUPS and len(arguments) > 1 else 1
    command, typed = arguments[:words], arguments[words:]
    name = "_".join(command).replace("-", "_")
    return [*command, *_split("TAPDB_CLI_ARGS"), *_split(f"TAPDB_CLI_ARGS_{name}"), *typed]


def colourful(stream: TextIO, *, forbidden: bool = False) -> bool:
    """Whether to colour what goes to `stream`: https://no-color.org, TERM=dumb and pipes say no."""
    unwanted = forbidden or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not unwanted and stream.isatty()


def debugging() -> bool:
    """Whether TAPDB_LOG=debug asks for tracebacks."""
    return os.environ.get("TAPDB_LOG", "").lower() == "debug"


def start_logging() -> None:
    """Send log records of at least TAPDB_LOG's level to standard error; without it nothing is logged."""
    level = os.environ.get("TAPDB_LOG", "").lower()
    if not level:
        return
    if level not in _LEVELS:
        raise TapdbError.of("CLI001", "TAPDB_LOG is no log level", f"it is {level!r}", f"use {', '.join(_LEVELS)}")
    import logging

    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def _split(variable: str) -> list[str]:
    try:
        return shlex.split(os.environ.get(variable, ""))
    except ValueError as error:
        raise TapdbError.of(
            "CLI002", "TAPDB_CLI_ARGS cannot be read", f"{variable}: {error}", "check its quotes"
        ) from error
