"""Lets commands share options: a parameter that is a dataclass becomes its fields on the command line."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any


def unfolded(command: Callable[..., int]) -> Callable[..., int]:
    """The command as typer is to see it: each dataclass parameter replaced by that dataclass's fields.

    The fields carry typer's annotations. Two groups of one command must not share a field's name.
    """
    annotations: dict[str, Any] = {
        name: given.annotation for name, given in inspect.signature(command).parameters.items()
    }
    groups: dict[str, Any] = {name: annotation for name, annotation in annotations.items() if is_dataclass(annotation)}

    def call(**given: Any) -> int:  # noqa: ANN401 - whatever typer parsed
        folded = {
            name: group(**{field.name: given.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        return command(**folded, **given)

    parameters = list(_parameters(command))
    call.__name__, call.__doc__ = command.__name__, command.__doc__
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    call.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    return call


def _parameters(command: Callable[..., int]) -> Iterator[inspect.Parameter]:
    """All parameters, by keyword; a command's own come before those of its groups, as they will in --help."""
    own, shared = [], []
    for parameter in inspect.signature(command).parameters.values():
        if is_dataclass(parameter.annotation):
            shared += [_parameter(field) for field in fields(parameter.annotation)]
        else:
            own.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
    yield from (*own, *shared)


def _parameter(field: "Field[Any]") -> inspect.Parameter:
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=field.type)
