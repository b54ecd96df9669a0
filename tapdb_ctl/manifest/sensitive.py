"""Which parts of a manifest may hold a secret, so that no finding shows them."""

from __future__ import annotations

import re

_WORDS = re.compile(r"pass|secret|token|credential|private|pwd|://[^/\s]*@", re.IGNORECASE)

_YAML_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # https://yaml.org/spec/1.1/#id872142, which libyaml follows
MAX_SNIPPET = 200


def is_sensitive(text: object) -> bool:
    """Whether a key, or a line of text, smells of a secret."""
    return isinstance(text, str) and _WORDS.search(text) is not None


def snippet(text: str, line: int, *, is_json: bool) -> str | None:
    """The line as written, for a finding about syntax; None where the file could hold a secret.

    A file that is not well-formed does not tell which lines belong to a password, so one suspicious word
    anywhere hides them all.
    """
    if is_sensitive(text):
        return None
    return line_of(lines_of(text, is_json=is_json), line)


def lines_of(text: str, *, is_json: bool) -> list[str]:
    """The lines as the format's parser counts them: YAML has more line breaks than JSON."""
    return text.split("\n") if is_json else _YAML_BREAKS.split(text)


def line_of(lines: list[str], line: int) -> str | None:
    """Line number `line`, counted from 1, shortened to what a terminal shows."""
    return lines[line - 1].rstrip()[:MAX_SNIPPET] if 0 < line <= len(lines) else None
