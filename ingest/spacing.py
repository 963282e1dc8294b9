"""Where the spaces are: pypdf's words in another engine's spacing.

A PDF often has no spaces, only letters with places, and pypdf reads tight or loose setting as "comprehe nsive" and
"emi ssions". pypdfium2 measures better. So a row of pypdf's takes the spacing of pypdfium2 where both read the very same
letters; where they differ, it stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ingest.lines import RAISED

_WINDOW = 4000  # letters around the last match in which the next is looked for first


class Spacing:
    """The letters of a page as another engine reads them, without spaces, and where each of them stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = [place for place, letter in enumerate(text) if not letter.isspace()]
        self._letters = "".join(text[place] for place in self._places)
        self._at = 0

    def row(self, row: Sequence[Any]) -> list[Any]:
        """The row (see `pdfpages.lines_of_page`) in the other spacing, its cells divided before the same letters."""
        text, left, base, size, bold, cells = row
        letters = re.sub(r"\s", "", text)
        found = -1 if not letters or RAISED in text else self._find(letters)
        if found < 0:
            return list(row)
        self._at = found + len(letters)
        places = self._places[found : self._at]
        spaced = re.sub(r"\s", " ", self._text[places[0] : places[-1] + 1])
        moved = [(self._offset(places, text[:offset]), place) for offset, place in cells]
        return [spaced, left, base, size, bold, moved]

    def _find(self, letters: str) -> int:
        near = self._letters.find(letters, max(0, self._at - _WINDOW), self._at + _WINDOW)
        return near if near >= 0 else self._letters.find(letters)

    @staticmethod
    def _offset(places: Sequence[int], before: str) -> int:
        count = sum(1 for letter in before if not letter.isspace())
        return places[min(count, len(places) - 1)] - places[0]
