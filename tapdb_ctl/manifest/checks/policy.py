"""Whether a policy forbids what a plan can contain: a typing error must not allow what was meant to be forbidden."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from tapdb_ctl.core.address import TYPES
from tapdb_ctl.core.policy import GRADES, WORDS
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.text import Unset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.extending import Extended
    from tapdb_ctl.manifest.models.environment import Policy

_WILDCARD = re.compile(r"[*?\[]")


def policy_findings(policy: Policy, source: Extended) -> Iterator[Finding]:
    """A finding for every entry of `forbid` that can mean nothing."""
    for number, entry in enumerate(policy.forbid):
        if not isinstance(entry, Unset) and (wrong := _wrong(entry)):
            detail, hint = wrong
            origin = source.origin(("spec", "policy", "forbid", number))
            yield finding("ENV017", f"{entry!r}: {detail}", hint, origin=origin)


def _wrong(entry: str) -> tuple[str, str] | None:
    """What is wrong with an entry, and what to write."""
    word, space, pattern = entry.partition(" ")
    if word not in WORDS:
        close = get_close_matches(word, WORDS, n=1)
        return (
            "it begins with no kind of change",
            f"did you mean {close[0]}?" if close else f"it takes {_listed(WORDS)}",
        )
    if space and not _can_match(pattern, TYPES):
        return "no address is like that", f"addresses begin with {_listed(TYPES)}, then a dot; see docs/addresses.md"
    if space and word in GRADES and not _can_match(pattern, ("template",)):
        return "only templates have a grade", "write template. and a code, or a pattern of codes"
    return None


def _can_match(pattern: str, types: Sequence[str]) -> bool:
    """Whether the text before the first wildcard can begin an address of one of these types."""
    fixed = _WILDCARD.split(pattern, maxsplit=1)[0]
    if fixed == pattern:
        return any(pattern.startswith(f"{each}.") for each in types)
    return any(f"{each}.".startswith(fixed) or fixed.startswith(f"{each}.") for each in types)


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
