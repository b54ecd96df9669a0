"""Blast radius: what a change of a template means for what was made from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """So many, or at least so many where counting was given up."""

    number: int
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Unsatisfied:
    """A live instance that a new schema does not accept: where, and by which rule. Never the value itself."""

    euid: str
    path: str
    rule: str


@dataclass(frozen=True, slots=True)
class Impact:
    """Whom the change of one template touches.

    `instances` and `edges` are live ones. `layouts` are the codes of live templates whose layouts create its
    instances. `unsatisfied` says how many instances the changed `json_addl_schema` does not accept, with the first
    of them as `examples`; None where the schema stays. `behind` counts, where `instance_prefix` changes, the instances
    that keep an EUID of another prefix, by prefix.
    """

    instances: Count
    edges: Count
    layouts: tuple[str, ...] = ()
    unsatisfied: Count | None = None
    examples: tuple[Unsatisfied, ...] = ()
    behind: tuple[tuple[str, Count], ...] = ()
