"""A heading as it is shown beside words of its section."""

from __future__ import annotations

_LONG_HEADING = 9  # words


def short_heading(heading: str, most: int = _LONG_HEADING) -> str:
    """A heading that can stand in a note: one of more than `most` words up to its colon or its first words, capitals made
    small."""
    text = " ".join(heading.split())
    before, colon, _ = text.partition(":")
    if colon and len(text.split()) > most and before:
        text = before
    words = text.split()
    if len(words) > most:
        text = f"{' '.join(words[:most])} …"
    return text.capitalize() if text.isupper() else text
