"""A question's misspelt words -> words of the documents. A word that is English, or stands in the documents, is left alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz, process

_SHORTEST = 4
_ALIKE = 78.0  # rapidfuzz ratio; for short words more, since one letter there is much of the word
_ALIKE_SHORT = 86.0
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class Speller:
    """`vocabulary` are the words that may be meant, in lower case; `is_word` says whether a word is English."""

    def __init__(self, vocabulary: Iterable[str], is_word: Callable[[str], bool]) -> None:
        self._words = sorted({word for word in vocabulary if len(word) >= _SHORTEST and word.isalpha()})
        self._known = frozenset(self._words)
        self.is_word = is_word

    def correct(self, text: str) -> str:
        """The text with each unknown word that is nearly a known one put right; everything else as it stands."""
        return _WORD.sub(lambda found: self._corrected(found.group()), text)

    def _corrected(self, word: str) -> str:
        plain = re.sub(r"['’]s$", "", word).lower()
        if len(plain) < _SHORTEST or plain in self._known or self.is_word(plain):
            return word
        least = _ALIKE if len(plain) > 5 else _ALIKE_SHORT
        found = process.extractOne(plain, self._words, scorer=fuzz.ratio, score_cutoff=least)
        return str(found[0]) if found else word
