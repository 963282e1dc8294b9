"""A heading as it is shown beside words of its section."""

from __future__ import annotations

_LONG_HEADING = 9  # words


def short_heading(heading: str) -> str:
    """A heading that can stand in a note: a long one up to its colon or its first words, capitals made small."""
    text = " ".join(heading.split())
    before, colon, _ = text.partition(":")
    if colon and len(text.split()) > _LONG_HEADING and before:
        text = before
    words = text.split()
    if len(words) > _LONG_HEADING:
        text = f"{' '.join(words[:_LONG_HEADING])} …"
    return text.capitalize() if text.isupper() else text
