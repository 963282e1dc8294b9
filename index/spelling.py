"""A question's misspelt words -> words of the documents. A word that is English, or stands in the documents, is left alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz, process

_SHORTEST = 4
_ALIKE = 78.0  # rapidfuzz ratio; for short words more, since one letter there is much of the word
_ALIKE_SHORT = 86.0
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class Speller:
    """`vocabulary` are the words that may be meant, in lower case; `is_common` says whether a word is so common that a model
    knows it whole, which names are too."""

    def __init__(self, vocabulary: Iterable[str], is_common: Callable[[str], bool]) -> None:
        self._words = sorted({word for word in vocabulary if len(word) >= _SHORTEST and word.isalpha()})
        self._known = frozenset(self._words)
        self.is_common = is_common

    def is_word(self, word: str) -> bool:
        """Whether a word in lower case is English, or a common name."""
        return word in english() or self.is_common(word)

    def correct(self, text: str) -> str:
        """The text with each unknown word that is nearly a known one put right; everything else as it stands."""
        names = not text.isupper()

        def corrected(found: re.Match[str]) -> str:
            word = found.group()
            may_be_name = names and word[0].isupper() and text[: found.start()].strip()
            return self._corrected(word, self.is_common if may_be_name else self.is_word)

        return _WORD.sub(corrected, text)

    def correct_name(self, word: str) -> str:
        """A word of a name, put right. No list of words vouches for it: "Chukka" is one, and somebody's name misspelt."""
        return self._corrected(word, self.is_common)

    def _corrected(self, word: str, is_right: Callable[[str], bool]) -> str:
        plain = re.sub(r"['’]s$", "", word).lower()
        if len(plain) < _SHORTEST or plain in self._known or is_right(plain):
            return word
        least = _ALIKE if len(plain) > 5 else _ALIKE_SHORT
        found = process.extractOne(plain, self._words, scorer=fuzz.ratio, score_cutoff=least)
        return str(found[0]) if found else word


@cache
def english() -> frozenset[str]:
    """The 83,000 words of symspellpy's dictionary, British and American. A model's own vocabulary has fewer: "childcare",
    "bridging" and "leafleting" are not in MiniLM's, and were taken for "children", "bringing" and "reflecting"."""
    lines = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in lines.splitlines())
