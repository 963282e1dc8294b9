"""Are the shown quotes exact, and do the citations support the claims?

Support is judged without a model. A claim marked "quoted" is supported when its words stand, in order, in the quotes
under its marks. Any other claim is supported when every number of it stands in those quotes and at least 70 % of its
content words (stems) do. Recall and precision follow ALCE (Gao et al., 2023, "Enabling Large Language Models to
Generate Text with Citations"): recall is the share of claims supported by all their citations together; a citation
counts for precision when its claim is supported and it is needed: it supports the claim alone, or without it the
claim is less supported. This tells support from no evidence; it cannot tell support from contradiction in the same
words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from eval.holds import letters
from eval.reply import Reply, ShownCitation, ShownClaim, ShownQuote
from eval.sources import Sources
from eval.words import collapse, content_words, numbers

ENOUGH = 0.7
MARK = re.compile(r"\[\d+\]")
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\")\]’”]+|\]\((?!#|/)([^)\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exactness:
    """Shown quotes, cited and related: how many, how many are exact, and those that are not."""

    shown: int
    inexact: tuple[str, ...]

    @property
    def exact(self) -> int:
        return self.shown - len(self.inexact)


def exactness(reply: Reply, sources: Sources) -> Exactness:
    """A quote is exact when it equals `passage_text[start:end]` and stands in the source file, only whitespace
    differing. A source whose file cannot be read here (a PDF, another corpus) is judged by the passage alone."""
    pairs = [(citation, quote) for citation in (*reply.citations, *reply.related) for quote in citation.quotes]
    return Exactness(len(pairs), tuple(quote.text for citation, quote in pairs if not _exact(citation, quote, sources)))


def _exact(citation: ShownCitation, quote: ShownQuote, sources: Sources) -> bool:
    if not quote.text or citation.passage_text[quote.start : quote.end] != quote.text:
        return False
    return sources.holds(citation.source_id, quote.text) is not False


def support(claim: ShownClaim, quotes: str) -> float:
    """How far `quotes` bear the claim out, 0 to 1; at least `ENOUGH` is support."""
    if claim.state == "quoted":
        pieces = [piece for piece in re.split(r"\s*(?:…|\.\.\.|\[…\])\s*", claim.text) if letters(piece)]
        return sum(letters(piece) in letters(quotes) for piece in pieces) / len(pieces) if pieces else 0.0
    wanted, there = content_words(claim.text), content_words(quotes)
    if not wanted or not numbers(claim.text) <= numbers(quotes):
        return 0.0
    return len(wanted & there) / len(wanted)


def supported(claim: ShownClaim, quotes: str) -> bool:
    return support(claim, quotes) >= (1.0 if claim.state == "quoted" else ENOUGH)


def claims_supported(reply: Reply) -> int:
    """Claims whose own citations, taken together, support them."""
    return sum(supported(claim, _quotes(reply, claim.citations)) for claim in reply.claims)


def citations_used(reply: Reply) -> int:
    """Pairs of a claim and a citation of it."""
    return sum(len(claim.citations) for claim in reply.claims)


def citations_needed(reply: Reply) -> int:
    """Pairs in which the claim is supported and the citation is needed for that."""
    return sum(_needed(reply, claim, number) for claim in reply.claims for number in claim.citations)


def _needed(reply: Reply, claim: ShownClaim, number: int) -> bool:
    every = _quotes(reply, claim.citations)
    rest = _quotes(reply, tuple(other for other in claim.citations if other != number))
    alone = supported(claim, reply.quotes_of(number))
    return supported(claim, every) and (alone or support(claim, rest) < support(claim, every))


def _quotes(reply: Reply, marks: tuple[int, ...]) -> str:
    return " … ".join(reply.quotes_of(number) for number in marks)


def unknown_links(reply: Reply) -> tuple[str, ...]:
    """Marks and web addresses in the text that lead to nothing cited. What stands so in a passage shown as evidence is
    known; links within the page or the program are ours."""
    cited = {f"[{citation.number}]" for citation in reply.citations}
    evidence = collapse(" ".join(citation.passage_text for citation in (*reply.citations, *reply.related)))
    marks = (mark.group() for mark in MARK.finditer(reply.text))
    links = (found.group(1) or found.group(0).rstrip(".,;:!?") for found in LINK.finditer(reply.text))
    return tuple(link for link in (*marks, *links) if link not in cited and link not in evidence)
