"""Values to YAML that means the same to readers of YAML 1.1 and 1.2, in the layout of `tapdb fmt`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml
from yaml import CSafeDumper

from tapdb_ctl.manifest import scalars
from tapdb_ctl.manifest.formatting.yamllayout import layout

if TYPE_CHECKING:
    from tapdb_ctl.core.jsonvalue import JsonValue

_TEXT = "tag:yaml.org,2002:str"
_UNLIMITED = 2**30
"""A width at which libyaml breaks no line."""


class _Dumper(CSafeDumper):
    """libyaml's emitter, without aliases."""

    def ignore_aliases(self, _: Any) -> bool:  # noqa: ANN401 - whatever the value holds
        return True


def dumped(value: JsonValue) -> str:
    """The value as one document, keys in the order they were given."""
    return layout(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_UNLIMITED))


def _number(dumper: _Dumper, value: Decimal) -> yaml.ScalarNode:
    """Written out, without an exponent, which the two versions read differently."""
    text = f"{value:f}"
    return yaml.ScalarNode(_resolved(dumper, text), text)


def _string(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    """Plain where both versions read it as text, else in quotes; several lines on one, with escapes."""
    plain = _resolved(dumper, value) == _TEXT and isinstance(scalars.resolve(value), str)
    return yaml.ScalarNode(_TEXT, value, style=None if plain and value.isprintable() else '"')


def _resolved(dumper: _Dumper, text: str) -> str:
    """The tag that YAML 1.1 gives to unquoted text."""
    return str(dumper.resolve(yaml.ScalarNode, text, (True, False)))  # type: ignore[no-untyped-call]


_Dumper.add_representer(Decimal, _number)
_Dumper.add_representer(str, _string)
