"""When does a passage hold a gold quote, and when does a shown quote touch one?"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from eval.words import words

SHARE = 0.6
SHORT = 24  # letters; below this a cut quote could match by chance, so it must stand whole


@lru_cache(maxsize=50_000)
def letters(text: str) -> str:
    """Letters and digits only, so that hyphens lost at line ends, quote marks and spacing make no difference."""
    return "".join(words(text))


def holds(passage_text: str, quote: str) -> bool:
    """True when the passage holds the quote whole, or when a boundary of the passage cuts the quote and at least 60 %
    of its letters stand, unbroken, at that boundary. Spacing, case, quote marks and footnote marks do not count."""
    passage, wanted = letters(passage_text), letters(quote)
    if not passage or not wanted:
        return False
    if len(wanted) < SHORT:
        return _stands_as_words(passage_text, quote)
    return wanted in passage or _cut_by_boundary(passage, wanted)


def _stands_as_words(text: str, quote: str) -> bool:
    return f" {' '.join(words(quote))} " in f" {' '.join(words(text))} "


def _cut_by_boundary(passage: str, wanted: str) -> bool:
    least = max(SHORT, -(-len(wanted) * 6 // 10))
    if passage in wanted:
        return len(passage) >= least
    lengths = range(least, min(len(wanted), len(passage) + 1))
    return any(passage.endswith(wanted[:n]) or passage.startswith(wanted[-n:]) for n in lengths)


def touches(shown: str, gold: str) -> bool:
    """Do two quotes rest on the same words? True when their longest common run of words is at least 60 % of the shorter
    one, and four words or the whole of it. So a short quote from inside a long gold quote counts."""
    first, second = words(shown), words(gold)
    shorter = min(len(first), len(second))
    match = SequenceMatcher(None, first, second, autojunk=False).find_longest_match()
    return shorter > 0 and match.size >= SHARE * shorter and match.size >= min(4, shorter)
