"""Meridian EUIDs: identifiers that people read aloud and type, `CX-Z8A`. Pure, and as fast as needed.

`PREFIX-BODYCHECK`: a prefix of two or three letters, a positive integer in Crockford's base 32
(https://www.crockford.com/base32.html) without leading zeros, and a Luhn check character modulo 32 over
both. A sandbox puts its own letter in front, `X:CX-Z8F`, and the check character covers it too.
schema/20_euid.sql computes the same in the database; the tests hold the two equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

PREFIX_PATTERN = r"[A-HJ-KMNP-TV-Z]{2,3}"
"""What every prefix matches, whole: letters that cannot be taken for digits, and no U."""

TEMPLATE_PREFIX = "GT"
LINEAGE_PREFIX = "GN"
RESERVED_PREFIXES = frozenset({TEMPLATE_PREFIX, LINEAGE_PREFIX})
"""Prefixes of generic_template and generic_instance_lineage alone."""

Environment: TypeAlias = Literal["production", "sandbox"]
Numbered: TypeAlias = Literal["instance", "user", "audit"]

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_PREFIX = re.compile(PREFIX_PATTERN)
_EUID = re.compile(
    rf"(?:([HJ-KMNP-TV-Z]):)?({PREFIX_PATTERN})-([1-9A-HJ-KMNP-TV-Z][0-9A-HJ-KMNP-TV-Z]*)([0-9A-HJ-KMNP-TV-Z])"
)
_SANDBOX = re.compile(r"[HJ-KMNP-TV-Z]")
_TYPED = re.compile(r"(?:(\w):)?([^\W_]*)([-_\s\u2010-\u2015]*)([^\W_]*)", re.ASCII)
_MISREAD = str.maketrans("ILO", "110")
_LONGEST_TYPED = 32
_GENERIC = {TEMPLATE_PREFIX: "generic_template", "GX": "generic_instance", LINEAGE_PREFIX: "generic_instance_lineage"}
_COMMON = {"WX": "workflow_instance", "WSX": "workflow_step_instance", "XX": "action_instance"}
_FIXED_SEQUENCES = {TEMPLATE_PREFIX: "generic_template_seq", LINEAGE_PREFIX: "generic_instance_lineage_seq"}


@dataclass(frozen=True, slots=True)
class Euid:
    """The parts of an EUID; `str()` puts them together again, with the check character."""

    prefix: str
    number: int
    sandbox: str | None = None

    def __str__(self) -> str:
        return format_euid(self.prefix, self.number, sandbox=self.sandbox)


@dataclass
class EUIDConfig:
    """A register of which prefix an application uses for which discriminator, as TAPDB 0.1.13 has it.

    It changes nothing in the database, where templates say what their instances' prefix is.
    """

    CORE_PREFIXES: dict[str, str] = field(default_factory=_GENERIC.copy)
    OPTIONAL_PREFIXES: dict[str, str] = field(default_factory=_COMMON.copy)
    application_prefixes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own, self.application_prefixes = self.application_prefixes, {}
        for prefix, discriminator in own.items():
            self.register_prefix(prefix, discriminator)

    def register_prefix(self, prefix: str, discriminator: str) -> None:
        """Add one; raises ValueError when it is no prefix that an EUID can have, or is taken."""
        if not is_prefix(prefix):
            raise ValueError(f"not an EUID prefix: {prefix!r}")
        if taken := self.get_all_prefixes().get(prefix):
            raise ValueError(f"the prefix {prefix} is taken by {taken}")
        self.application_prefixes[prefix] = discriminator

    def get_prefix_for_discriminator(self, discriminator: str) -> str | None:
        """The first prefix that was given to it, the built-in ones first, or None."""
        return next((prefix for prefix, known in self.get_all_prefixes().items() if known == discriminator), None)

    def get_all_prefixes(self) -> dict[str, str]:
        """Discriminators by their prefix."""
        return self.CORE_PREFIXES | self.OPTIONAL_PREFIXES | self.application_prefixes

    def to_sql_case_statement(self) -> str:
        """An SQL expression for the prefix of a row NEW; TAPDB's triggers do not need it."""
        quoted = ((known.replace("'", "''"), prefix) for prefix, known in self.get_all_prefixes().items())
        whens = (f"    WHEN '{known}' THEN '{prefix}'" for known, prefix in quoted)
        return "\n".join(["CASE NEW.polymorphic_discriminator", *whens, "    ELSE 'GX'", "END"])


def crockford_base32_encode(n: int) -> str:
    """A positive integer in base 32, without leading zeros; raises ValueError below 1."""
    if n < 1:
        raise ValueError(f"an EUID counts from 1, not {n}")
    digits = []
    while n:
        digits.append(ALPHABET[n & 31])
        n >>= 5
    return "".join(reversed(digits))


def crockford_base32_decode(body: str) -> int:
    """The integer that `body` stands for; raises ValueError for other characters and for a leading zero."""
    if not body or body[0] == "0" or not _VALUES.keys() >= set(body):
        raise ValueError(f"not the body of an EUID: {body!r}")
    total = 0
    for character in body:
        total = total << 5 | _VALUES[character]
    return total


def meridian_checksum(payload: str) -> str:
    """The check character of sandbox letter, prefix and body written together, without `:` and `-`.

    Luhn modulo 32: from the right, every second digit counts twice, with the digits of the product added.
    Raises ValueError when the payload is empty or not of the alphabet.
    """
    if not payload or not _VALUES.keys() >= set(payload):
        raise ValueError(f"an EUID's characters are {ALPHABET}, not {payload!r}")
    total = sum(_VALUES[character] for character in payload[-2::-2])
    total += sum(sum(divmod(2 * _VALUES[character], 32)) for character in payload[::-2])
    return ALPHABET[-total % 32]


def format_euid(prefix: str, seq_val: int, *, sandbox: str | None = None) -> str:
    """The EUID of a prefix and a number: `("CX", 1000)` gives `CX-Z8A`.

    Raises ValueError for a prefix, number or sandbox letter that no EUID can have.
    """
    if not is_prefix(prefix):
        raise ValueError(f"not an EUID prefix: {prefix!r}")
    if sandbox and not _SANDBOX.fullmatch(sandbox):
        raise ValueError(f"not a sandbox letter: {sandbox!r}")
    body = crockford_base32_encode(seq_val)
    check = meridian_checksum((sandbox or "") + prefix + body)
    return f"{sandbox}:{prefix}-{body}{check}" if sandbox else f"{prefix}-{body}{check}"


def parse_euid(text: str) -> Euid:
    """The parts of an EUID; raises ValueError when it is malformed or its check character is wrong."""
    if not (match := _EUID.fullmatch(text)):
        raise ValueError(f"not an EUID: {text!r}")
    sandbox, prefix, body, check = match.groups()
    if meridian_checksum((sandbox or "") + prefix + body) != check:
        raise ValueError(f"the check character of {text!r} is wrong: it was mistyped")
    return Euid(prefix, crockford_base32_decode(body), sandbox)


def validate_euid(
    euid: str, *, environment: Environment = "production", allowed_sandbox_prefixes: Collection[str] | None = None
) -> bool:
    """Whether `euid` is well formed, rightly checked, and belongs in `environment`.

    Production takes no sandbox letter; a sandbox wants one, of `allowed_sandbox_prefixes` when given.
    """
    try:
        sandbox = parse_euid(euid).sandbox
    except ValueError:
        return False
    if environment == "production":
        return sandbox is None
    return sandbox is not None and (allowed_sandbox_prefixes is None or sandbox in allowed_sandbox_prefixes)


def is_prefix(text: str) -> bool:
    """Whether `text` can be a prefix: two or three capitals, none of them I, L, O or U."""
    return _PREFIX.fullmatch(text) is not None


def sequence_name(prefix: str, numbered: Numbered = "instance") -> str:
    """The name of the PostgreSQL sequence that counts a prefix: `CX` gives `cx_instance_seq`.

    Identity prefixes count users or audit rows, `("TSR", "user")` gives `tsr_user_seq`; templates and lineage
    have fixed names. Raises ValueError when `prefix` is none.
    """
    if not is_prefix(prefix):
        raise ValueError(f"not an EUID prefix: {prefix!r}")
    return _FIXED_SEQUENCES.get(prefix, f"{prefix.lower()}_{numbered}_seq")


def likely_euids(text: str) -> list[str]:
    """The EUIDs that somebody may have meant who typed `text`, which is none; the likeliest first.

    Case, a missing or other dash, and I, L and O for 1 and 0 count as nothing; beyond these one character is wrong, or
    two neighbours have changed places. There are a dozen or two, so ask which exist.
    """
    if len(text) > _LONGEST_TYPED:
        return []
    candidates = (slip for spelling in _spellings(text.strip().upper()) for slip in _slips(spelling))
    return [candidate for candidate in dict.fromkeys(candidates) if candidate != text and _is_right(candidate)]


def _spellings(text: str) -> Iterator[str]:
    """The text in the letters of EUIDs, with a dash where one can stand."""
    if not (match := _TYPED.fullmatch(text)):
        return
    sandbox, prefix, dash, number = match.groups("")
    together = prefix + number
    for length in [len(prefix)] if dash and len(prefix) in {2, 3} else [2, 3]:
        front, rest = together[:length], together[length:].translate(_MISREAD)
        yield f"{sandbox}:{front}-{rest}" if sandbox else f"{front}-{rest}"


def _slips(spelling: str) -> Iterator[str]:
    """The spelling itself, then with two neighbours exchanged, then with one character replaced."""
    yield spelling
    for at in range(len(spelling) - 1):
        yield spelling[:at] + spelling[at + 1] + spelling[at] + spelling[at + 2 :]
    for at, was in enumerate(spelling):
        if was not in "-:":
            yield from (spelling[:at] + character + spelling[at + 1 :] for character in ALPHABET)


def _is_right(text: str) -> bool:
    try:
        parse_euid(text)
    except ValueError:
        return False
    return True
