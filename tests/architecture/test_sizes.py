"""Modules and functions stay small enough to read at one sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "tapdb_ctl"
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
NINE_TENTHS_OF_MODULES, NINE_TENTHS_OF_FUNCTIONS = 250, 35


def modules() -> dict[str, int]:
    sources = (path for path in PACKAGE.rglob("*.py") if "_bundled" not in path.parts)
    return {path.relative_to(PACKAGE).as_posix(): len(path.read_text().splitlines()) for path in sources}


def functions() -> dict[str, int]:
    return {name: size for module in modules() for name, size in _functions(module)}


def _functions(module: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse((PACKAGE / module).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield f"{module}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def longest_of_nine_tenths(sizes: dict[str, int]) -> int:
    return sorted(sizes.values())[len(sizes) * 9 // 10]


def test_no_module_is_too_long() -> None:
    assert {name: size for name, size in modules().items() if size > LONGEST_MODULE} == {}


def test_no_function_is_too_long() -> None:
    assert {name: size for name, size in functions().items() if size > LONGEST_FUNCTION} == {}


def test_most_are_much_shorter() -> None:
    assert longest_of_nine_tenths(modules()) < NINE_TENTHS_OF_MODULES
    assert longest_of_nine_tenths(functions()) < NINE_TENTHS_OF_FUNCTIONS
