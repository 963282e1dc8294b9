"""A text and some spans of it -> pieces, each marked or not, so that nothing is found again by searching."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[Piece]:
    """The whole text in order. Spans may overlap or come in any order; what lies outside the text is left out."""
    made: list[Piece] = []
    at = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        made += [Piece(text[at:start], False), Piece(text[start:end], True)]
        at = end
    made.append(Piece(text[at:], False))
    return [piece for piece in made if piece.text]
