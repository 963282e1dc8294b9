"""Text from a person -> text that is safe to search with and to show: no invisible, bidirectional or control characters."""

from __future__ import annotations

import re
import unicodedata

# Zero-width, bidirectional, tag, variation and control characters can carry hidden orders or disguise words (OWASP LLM01).
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|[\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Composed, visible characters with single spaces; empty when nothing is left."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", _INVISIBLE.sub("", text)))
    return " ".join(visible.split())


def collapse(text: str) -> str:
    """Whitespace runs as one space: how quotations are compared with their source."""
    return " ".join(text.split())
