"""Template codes, `category/type/subtype/version`, as applications write them."""

from __future__ import annotations

from typing import TypeAlias

from tapdb_ctl.errors import InvalidInputError

Parts: TypeAlias = tuple[str, str, str, str]


def parts(code: str) -> Parts:
    """The four parts of a code, with or without a closing slash; raises InvalidInputError for anything else."""
    if not isinstance(code, str):
        raise _no_code(code)
    match code.strip().removesuffix("/").split("/"):
        case [category, kind, subtype, version] if category and kind and subtype and version:
            return category, kind, subtype, version
    raise _no_code(code)


def _no_code(given: object) -> InvalidInputError:
    return InvalidInputError.of(
        "RUN003", "this is no template code", repr(given), "a code is category/type/subtype/version"
    )


def normal(code: str) -> str:
    """The code without a closing slash."""
    return "/".join(parts(code))
