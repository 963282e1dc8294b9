"""Draft -> claims that may be shown. The same check for every writer: a quote is a span of the stored text, and what a
model wrote stands only if the passages it cites hold its figures, names, dates and most of its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.clean import collapse
from assistant.draft import Draft, DraftClaim
from assistant.model import Citation, Claim, Quote
from assistant.reading import names_in
from index.model import Passage
from index.words import stems, words

_MOST_WORDS_HELD = 0.7  # share of a written claim's content words that its quotes must hold
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
_NEGATION = re.compile(r"\b(?:not|no|never|none|neither|nor|without|cannot|\w+n['’]t)\b", re.I)


@dataclass(frozen=True, slots=True)
class Verified:
    claims: tuple[Claim, ...]
    dropped: tuple[str, ...]


def verify(draft: Draft) -> Verified:
    """Keep what is borne out; say what was dropped and why."""
    claims, dropped = [], []
    for claim in draft.claims:
        wrong = fault(claim)
        if wrong:
            dropped.append(f"{wrong}: {claim.text}")
        else:
            claims.append(_claim(claim))
    return Verified(tuple(claims), tuple(dropped))


def fault(claim: DraftClaim) -> str | None:
    """Why a claim may not be shown; None when it may."""
    if not claim.support:
        return "no support"
    for passage, start, end in claim.support:
        if not 0 <= start < end <= len(passage.text):
            return "a quotation outside its passage"
    quoted = " ".join(passage.text[start:end] for passage, start, end in claim.support)
    if claim.written:
        return _unsupported(claim.text, quoted)
    return None if collapse(claim.text) == collapse(quoted) else "not the words of the source"


def _unsupported(text: str, quoted: str) -> str | None:
    """The checks of words that a model chose: figures, names, polarity, then the share of content words."""
    held = {figure.strip(".,") for figure in _FIGURE.findall(quoted)}
    if any(figure.strip(".,") not in held for figure in _FIGURE.findall(text)):
        return "a figure that the quotation does not hold"
    known = set(words(quoted))
    if any(word not in known for name in names_in(text) for word in words(name)):
        return "a name that the quotation does not hold"
    if bool(_NEGATION.search(text)) != bool(_NEGATION.search(quoted)):
        return "another polarity than the quotation"
    mine = stems(text)
    shared = sum(stem in set(stems(quoted)) for stem in mine)
    return None if mine and shared / len(mine) >= _MOST_WORDS_HELD else "too few of its words in the quotation"


def _claim(claim: DraftClaim) -> Claim:
    quotes = tuple(quote for passage, start, end in claim.support for quote in whole_quotes(passage, start, end))
    state = "supported" if claim.written else "quoted"
    return Claim(claim.text, quotes, state, claim.about, claim.group, claim.item, claim.spans)  # type: ignore[arg-type]


def whole_quotes(passage: Passage, start: int, end: int) -> Iterable[Quote]:
    """The span as quotes that each stand unbroken in the source: parted where a footnote mark or a page's furniture was
    taken out between the words."""
    bounds = [start, *(cut for cut in passage.cuts if start < cut < end), end]
    for first, last in zip(bounds, bounds[1:], strict=False):
        piece = passage.text[first:last]
        left, right = first + len(piece) - len(piece.lstrip()), last - (len(piece) - len(piece.rstrip()))
        if left < right:
            yield Quote(passage, left, right)


def number(claims: Sequence[Claim]) -> tuple[Citation, ...]:
    """Citations in the order of use, one for each passage, with every quote taken from it."""
    quotes: dict[str, list[Quote]] = {}
    passages: dict[str, Passage] = {}
    for claim in claims:
        for quote in claim.quotes:
            passages[quote.passage.id] = quote.passage
            mine = quotes.setdefault(quote.passage.id, [])
            if quote not in mine:
                mine.append(quote)
    return tuple(Citation(n, passages[id_], tuple(quotes[id_])) for n, id_ in enumerate(quotes, start=1))
