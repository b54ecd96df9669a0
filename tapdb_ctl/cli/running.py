"""Runs a command and turns however it ends into an exit code.

0 done, 1 any error (wrong usage included), 2 only where `--detailed-exitcode` says so, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from tapdb_ctl.cli import console, environment
from tapdb_ctl.errors import TapdbError

FAILED, INTERRUPTED = 1, 130


def run(arguments: list[str]) -> int:
    """Run `tapdb` with these arguments; the exit code. A user's mistake is told in plain words."""
    _open_streams()
    try:
        code = _invoked(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except TapdbError as error:
        console.findings(error.findings)
    except (typer.TyperException, typer.Abort) as error:
        _misused(error)
    except OSError as error:
        _unusable(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a defect, said in one line
        _defect(error)
    else:
        return code
    return FAILED


def _open_streams() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller, as in `tapdb plan >&-`
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for as long as we live
        # A file name or a value that the terminal's encoding lacks must not end in a UnicodeEncodeError.
        getattr(sys, name).reconfigure(errors="backslashreplace")


def _invoked(arguments: list[str]) -> int:
    from tapdb_ctl.cli.app import app

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


def _unusable(error: OSError) -> None:
    console.discard_output()
    _trace(error)
    if not isinstance(error, BrokenPipeError):  # a reader may go when it has read enough
        console.error(f"{error.filename or 'standard output'}: {error.strerror or error}")


def _defect(error: Exception) -> None:
    _trace(error)
    console.error(
        f"tapdb met a case that it was not made for ({type(error).__name__}); this is a defect of tapdb. "
        "Run it again with TAPDB_LOG=debug and report what it prints."
    )


def _trace(error: Exception) -> None:
    """The traceback, for those who asked for it with TAPDB_LOG=debug."""
    if environment.debugging():
        import traceback

        traceback.print_exception(error)
