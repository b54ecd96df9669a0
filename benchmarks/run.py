"""Runs every benchmark of this folder and prints one Markdown table.

    python benchmarks/run.py [--smoke] [NAME...]

NAME is a module such as bench_startup; none means all. `--smoke` does little work, once: it shows that the
benchmarks run, and its figures mean nothing.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from measure import Scale

FULL = Scale(templates=10_000, repeats=5)
SMOKE = Scale(templates=200, repeats=1)

sys.path.append(str(Path(__file__).parents[1] / "tests"))  # benchmarks may use the helpers of the tests


def main() -> None:
    """Print each line as soon as it is measured."""
    known = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    arguments = _parser(known).parse_args()
    scale = SMOKE if arguments.smoke else FULL
    _print_row("work", "measured", "limit, same run", "ratio", "goal")
    _print_row(*["---"] * 5)
    for name in arguments.names or known:
        for figure in import_module(name).figures(scale):
            _print_row(*figure.row())


def _parser(known: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Run the benchmarks and print a Markdown table.")
    parser.add_argument("--smoke", action="store_true", help="little work, once; the figures mean nothing")
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*known, []], help=", ".join(known))
    return parser


def _print_row(*cells: str) -> None:
    print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
