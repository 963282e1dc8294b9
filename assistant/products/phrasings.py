"""Other words for a topic: what an abbreviation stands for, and the need that its initiatives share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.assistant import Assistant
from assistant.initiatives import Fit
from index.words import stems

_SHARED = 0.6  # of the initiatives that fit, those that must share a need
_ENOUGH = 2


def phrasings(assistant: Assistant, topic: str, fits: Sequence[Fit]) -> tuple[str, ...]:
    """The topic, then other words for it; no two with the same stems."""
    found = [topic, *(other for _, other in assistant.searcher.abbreviations.other_forms(topic)), *_shared_needs(fits)]
    kept: dict[frozenset[str], str] = {}
    for phrase in found:
        kept.setdefault(frozenset(stems(phrase)), phrase)
    return tuple(kept.values())


def _shared_needs(fits: Sequence[Fit]) -> list[str]:
    """The needs that most of the fitting initiatives share."""
    counted = Counter(need for fit in fits for need in fit.initiative.entry.needs)
    least = max(_ENOUGH, _SHARED * len(fits))
    return [need for need, times in counted.most_common(2) if times >= least]
