"""Text from a person -> text that is safe to search with and to show: no invisible, bidirectional or control characters."""

from __future__ import annotations

import re
import unicodedata

# What Unicode says may be ignored in display (zero-width, bidirectional, tag, variation and filler characters), controls
# that are no white space, halves of a pair, and private characters, which mean something to one font alone: they can carry
# hidden orders or disguise words (OWASP LLM01).
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]|[\ud800-\uf8ff\U000f0000-\U0010ffff]"
)
_MOST_MARKS = (
    30  # on one letter, as in Unicode's stream-safe text: to put many in order takes the square of their number
)


def clean(text: str) -> str:
    """Composed, visible characters with single spaces; empty when nothing is left."""
    return " ".join(unicodedata.normalize("NFC", _few_marks(_INVISIBLE.sub("", text))).split())


def _few_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def clean_lines(text: str) -> str:
    """The same, line by line."""
    return "\n".join(map(clean, text.splitlines()))


def collapse(text: str) -> str:
    """Whitespace runs as one space: how quotations are compared with their source."""
    return " ".join(text.split())
