"""The entry point: runs a command and turns however it ends into an exit code.

0 done, 1 any error (wrong usage included), 2 only where `--detailed-exitcode` says so, 130 interrupted.
"""

from __future__ import annotations

import os
import sys

import typer

from tapdb_ctl.cli import console, environment
from tapdb_ctl.errors import TapdbError

INTERRUPTED = 130


def main() -> None:
    """Run `tapdb` with this process's arguments and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run `tapdb` with these arguments; the exit code. A user's mistake is told in plain words."""
    for stream in (sys.stdout, sys.stderr):
        # A file name or a value that the terminal's encoding lacks must not end in a UnicodeEncodeError.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = _invoked(arguments)
        sys.stdout.flush()
    except TapdbError as error:
        console.findings(error.findings)
        return 1
    except (typer.TyperException, typer.Abort) as error:
        _misused(error)
        return 1
    except BrokenPipeError:
        # The reader has gone, which is its right; the flush at exit must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: a defect, said in one line
        _defect(error)
        return 1
    return code


def _invoked(arguments: list[str]) -> int:
    from tapdb_ctl.cli.app import app  # noqa: PLC0415 - a defect in a command's definition is caught as well

    environment.start_logging()
    code = app(environment.with_arguments(arguments), prog_name="tapdb", standalone_mode=False)
    return code if isinstance(code, int) else 0


def _misused(error: typer.TyperException | typer.Abort) -> None:
    if isinstance(error, typer.Abort):
        console.error("cancelled")
        return
    message = error.format_message()
    if message.startswith("Usage:"):  # nothing was asked for: typer's answer is the help itself
        sys.stderr.write(f"{message}\n")
        return
    console.error(" ".join(message.split()))
    context = getattr(error, "ctx", None)  # only usage errors know the command that they concern
    console.error(f"{context.command_path if context else 'tapdb'} --help says what is possible", label="hint")


def _defect(error: Exception) -> None:
    if environment.debugging():
        import traceback  # noqa: PLC0415 - rare and slow

        traceback.print_exception(error)
    console.error(
        f"tapdb met a case that it was not made for ({type(error).__name__}); this is a defect of tapdb. "
        "Run it again with TAPDB_LOG=debug and report what it prints."
    )
