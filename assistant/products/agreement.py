"""Where two voices speak of the same thing, and where their words are opposed. Only the words decide: nothing is inferred
from what a sentence means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.model import Claim
from assistant.products.voices import voice_id
from index.words import content_words, stem
from ingest.model import Metadata

_SHARED = 3  # words, beside common ones, that two sentences must share
_ALIKE = 0.2  # share of the shorter sentence's words that the two share
_COMMON, _SAMPLE = 1 / 6, 400
_OPPOSED = (
    ("compulsory|mandatory|obligatory", "voluntary|optional"),
    ("increas\\w+|more|larger|higher|expand\\w*", "reduc\\w+|fewer|smaller|lower|cuts?|decreas\\w+"),
    ("central(?:ly)?|national(?:ly)?", "devolved|localised"),
    ("same", "different"),
    ("success\\w*|succeed\\w*", "fail\\w*|unsuccessful\\w*"),
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two claims of different voices that share words. `opposed` are the words in which they differ, one of each; empty
    when none do."""

    one: Claim
    other: Claim
    shared: tuple[str, ...]
    opposed: tuple[str, str] | tuple[()] = ()


def meetings(
    claims: Sequence[Claim], common: Collection[str], shelf: Mapping[str, Metadata], most: int = 3
) -> list[Meeting]:
    """The pairs that share most, each claim in one pair only. `common` are stems that say nothing when they are shared:
    those of the topic and those on every other page."""
    found = []
    for one, other in combinations(claims, 2):
        if _voice(one, shelf) == _voice(other, shelf):
            continue
        shared = _shared(one.text, other.text, common)
        short = min(len(set(_stems(one.text))), len(set(_stems(other.text))))
        if len(shared) >= _SHARED and len(shared) / max(1, short) >= _ALIKE:
            found.append((len(shared) / short, Meeting(one, other, shared, _opposed(one.text, other.text))))
    found.sort(key=lambda pair: -pair[0])
    kept: list[Meeting] = []
    for _, meeting in found:
        taken = [claim for held in kept for claim in (held.one, held.other)]
        if meeting.one not in taken and meeting.other not in taken and len(kept) < most:
            kept.append(meeting)
    return kept


def common_stems(texts: Sequence[str]) -> set[str]:
    """Stems on more than a sixth of the pages; of many pages a sample is looked at."""
    looked = texts[:: max(1, len(texts) // _SAMPLE)]
    counts = Counter(root for text in looked for root in set(_stems(text)))
    return {root for root, times in counts.items() if times > len(looked) * _COMMON}


def _voice(claim: Claim, shelf: Mapping[str, Metadata]) -> str:
    return voice_id(claim.quotes[0].passage.source_id, shelf)


def _stems(text: str) -> list[str]:
    return [stem(word) for word in content_words(text)]


def _shared(one: str, other: str, common: Collection[str]) -> tuple[str, ...]:
    """The content words that both hold in some form, as the first writes them, in its order."""
    theirs, seen = set(_stems(other)) - set(common), set()
    shared = []
    for word in content_words(one):
        root = stem(word)
        if root in theirs and root not in seen and not word[0].isdigit() and len(word) > 2:
            seen.add(root)
            shared.append(word)
    return tuple(shared)


def _opposed(one: str, other: str) -> tuple[str, str] | tuple[()]:
    """A pair of opposite words, one in each sentence and neither in both."""
    for left, right in _OPPOSED:
        for first, second in ((left, right), (right, left)):
            mine, theirs = _words(first, one), _words(second, other)
            if mine and theirs and not _words(first, other) and not _words(second, one):
                return mine, theirs
    return ()


def _words(pattern: str, text: str) -> str:
    found = re.search(rf"\b(?:{pattern})\b", text, re.I)
    return found.group().lower() if found else ""
