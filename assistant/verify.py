"""Draft -> claims that may be shown. The same check for every writer: a quote is a span of the stored text, and what a
model wrote stands only if the words it cites bear it out (`assistant.written`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.clean import collapse
from assistant.draft import Draft, DraftClaim
from assistant.model import Citation, Claim, Quote
from assistant.written import unsupported
from index.model import Passage

# One more voice on a claim that has passed, such as a trained score: why it may not be shown, or None.
Vote = Callable[[DraftClaim], str | None]


@dataclass(frozen=True, slots=True)
class Verified:
    claims: tuple[Claim, ...]
    dropped: tuple[str, ...]


def verify(draft: Draft, votes: Sequence[Vote] = ()) -> Verified:
    """Keep what is borne out; say what was dropped and why. Each of `votes` may drop more, and none can let through."""
    claims, dropped = [], []
    for claim in draft.claims:
        wrong = next((why for check in (fault, *votes) if (why := check(claim))), None)
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
    quoted = _quoted(claim)
    if collapse(claim.text) == collapse(quoted):
        return None
    if not claim.written:
        return "not the words of the source"
    beside = " ".join(dict.fromkeys(word for passage, _, _ in claim.support for word in passage.where.heading))
    return unsupported(claim.text, quoted, beside)


def _quoted(claim: DraftClaim) -> str:
    """Piece by piece on lines of their own, so that no sentence runs on from one passage into another."""
    return "\n".join(passage.text[start:end] for passage, start, end in claim.support)


def _claim(claim: DraftClaim) -> Claim:
    quotes = tuple(quote for passage, start, end in claim.support for quote in whole_quotes(passage, start, end))
    state = "supported" if collapse(claim.text) != collapse(_quoted(claim)) else "quoted"
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
