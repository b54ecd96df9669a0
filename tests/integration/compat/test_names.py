"""Every name that 0.1.13 has in public is importable from where it is there, and takes the same arguments."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import tapdb_ctl
import upstream
from tapdb_ctl.errors import InvalidInputError, NotFoundError

MODULES = (
    *("__init__", "connection", "euid", "templates/__init__", "templates/manager", "factory/__init__"),
    *("factory/instance", "actions/__init__", "actions/dispatcher", "validation/instantiation_layouts"),
    *("models/__init__", "models/base", "models/template", "models/instance", "models/lineage", "models/audit"),
)
"""Those that the project tree of its README shows, but for what is about AWS and the command line."""


@cache
def theirs(path: str) -> ast.Module:
    return ast.parse((upstream.source() / "daylily_tapdb" / f"{path}.py").read_text())


def ours(path: str) -> Any:
    return import_module(".".join(("tapdb_ctl", *path.split("/"))).removesuffix(".__init__"))


def listed(path: str) -> set[str]:
    """Its `__all__`."""
    lists = [node for node in theirs(path).body if isinstance(node, ast.Assign)]
    found = [ast.literal_eval(node.value) for node in lists if ast.unparse(node.targets[0]) == "__all__"]
    return {name for names in found for name in names}


def defined(path: str) -> set[str]:
    """Its classes and functions."""
    nodes = [node for node in theirs(path).body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    return {node.name for node in nodes if not node.name.startswith("_")}


def calls() -> Iterator[tuple[str, str, list[str]]]:
    """Module, qualified name and arguments of every public function and method."""
    for path in MODULES:
        for node in theirs(path).body:
            if isinstance(node, ast.FunctionDef):
                yield path, node.name, _arguments(node)
            if isinstance(node, ast.ClassDef):
                methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
                yield from ((path, f"{node.name}.{each.name}", _arguments(each)) for each in methods)


def _arguments(function: ast.FunctionDef) -> list[str]:
    named = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
    return [argument for argument in named if argument not in {"self", "cls"} and not argument.startswith("_")]


def _private(name: str) -> bool:
    return name.rpartition(".")[2].startswith("_") and not name.endswith(".__init__")


def _parameters(path: str, name: str) -> list[str]:
    found = ours(path)
    for part in name.split("."):
        found = getattr(found, part)
    return [key for key in inspect.signature(found).parameters if key not in {"self", "cls"}]


def test_every_name_is_importable() -> None:
    names = [(path, name) for path in MODULES for name in listed(path) | defined(path)]
    assert len(names) > 100
    assert [(path, name) for path, name in names if not hasattr(ours(path), name)] == []


def test_the_package_lists_what_it_has() -> None:
    assert listed("__init__") <= set(tapdb_ctl.__all__)
    assert [name for name in tapdb_ctl.__all__ if not hasattr(tapdb_ctl, name)] == []


def test_arguments_are_the_same_and_in_their_order() -> None:
    known = [(path, name, arguments) for path, name, arguments in calls() if not _private(name)]
    assert len(known) > 30
    assert [each for each in known if _parameters(*each[:2])[: len(each[2])] != each[2]] == []


def test_what_raises_a_value_error_there_does_here() -> None:
    assert issubclass(InvalidInputError, ValueError)
    assert issubclass(NotFoundError, ValueError)
