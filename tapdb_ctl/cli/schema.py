"""`tapdb schema`."""

import sys
from enum import StrEnum
from typing import Annotated

import typer


class Kind(StrEnum):
    """The documents that have a JSON Schema."""

    ENVIRONMENT = "environment"
    TEMPLATE_CATALOG = "template-catalog"
    PLAN = "plan"
    DRIFT = "drift"


def schema(*, kind: Annotated[Kind, typer.Argument(help="The kind of document.", show_default=False)]) -> int:
    """Print the JSON Schema of a kind of document."""
    sys.stdout.write(text(kind))
    return 0


def text(kind: Kind) -> str:
    """The JSON Schema (draft 2020-12) of a kind of document, as it is shipped."""
    if kind in {Kind.PLAN, Kind.DRIFT}:
        from tapdb_ctl.assets import asset

        return asset(f"schema/{kind}.schema.json").read_text(encoding="utf-8")
    import json

    from tapdb_ctl.manifest import schemas

    return json.dumps(schemas.schema(kind), indent=2, ensure_ascii=False) + "\n"
