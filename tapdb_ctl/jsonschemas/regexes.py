"""Regular expressions from manifests, run so that none can hang.

Python's engine backtracks: `(a+)+$` on thirty letters takes for ever. The Rust engine inside pydantic takes linear
time and bounded memory, at the price of knowing no look-around and no back-references.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema


@lru_cache(maxsize=1024)
def linear(pattern: str) -> SchemaValidator | None:
    """A validator whose `isinstance_python` searches a text in linear time; None for what that engine does not know."""
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except SchemaError:
        return None


def problem(pattern: str) -> str:
    """Why the text is no regular expression at all; empty when it is one for Python or for the linear engine."""
    if linear(pattern) is not None:
        return ""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error)
    return ""
