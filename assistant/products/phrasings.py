"""Other words for a topic that the shelf itself gives: what an acronym stands for, and the need that its initiatives share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.assistant import Assistant
from assistant.initiatives import Fit
from index.words import stems

_ACRONYM = re.compile(r"\b[A-Z]{2,}s?\b")
_SHARED = 0.6  # of the initiatives that fit, those that must share a need
_ENOUGH = 2


def phrasings(assistant: Assistant, topic: str, fits: Sequence[Fit]) -> tuple[str, ...]:
    """The topic, then other words for it; no two with the same stems."""
    found = [topic, *_spelled_out(assistant, topic), *_shared_needs(fits)]
    kept: dict[frozenset[str], str] = {}
    for phrase in found:
        kept.setdefault(frozenset(stems(phrase)), phrase)
    return tuple(kept.values())


def _spelled_out(assistant: Assistant, topic: str) -> Iterator[str]:
    """For each acronym the words before it where a document explains it: "English for Speakers ... (ESOL)"."""
    for acronym in dict.fromkeys(_ACRONYM.findall(topic)):
        plain = acronym.rstrip("s")
        pattern = re.compile(rf"((?:[\w’'-]+[ \n]){{1,{2 * len(plain)}}})\({re.escape(plain)}s?\)")
        for passage in assistant.shelf.passages():
            explained = pattern.search(passage.text)
            words = _initialled(explained.group(1).split(), plain) if explained else []
            if words:
                yield " ".join(words)
                break


def _initialled(words: Sequence[str], acronym: str) -> list[str]:
    """The last of the words, from the one that the acronym begins with, if their capitals spell it."""
    for n in range(len(words) - 1, -1, -1):
        initials = "".join(word[0] for word in words[n:] if word[0].isupper())
        if initials == acronym:
            return list(words[n:])
    return []


def _shared_needs(fits: Sequence[Fit]) -> list[str]:
    """The needs that most of the fitting initiatives share."""
    counted = Counter(need for fit in fits for need in fit.initiative.entry.needs)
    least = max(_ENOUGH, _SHARED * len(fits))
    return [need for need, times in counted.most_common(2) if times >= least]
