"""Passages, claims and replies of a few words, for tests that need no index."""

from __future__ import annotations

from typing import Any

from assistant.model import Answer, Citation, Claim, Notice, Outcome, Quote, Reason, Refusal, Trace
from assistant.verify import number
from index.model import Passage
from ingest.model import Locator, Metadata

SHELF = {
    "town": Metadata(
        "A Town and its Newcomers", short_title="Town report", publisher="Town Trust", published="2018-05"
    ),
    "coast": Metadata("The Coast in Winter", publisher="Coast Council", published="2007"),
    "plain": Metadata("Notes without a date"),
}


def passage(text: str, source: str = "town", id_: str = "", **fields: Any) -> Passage:
    fields = {"where": Locator()} | fields
    return Passage(id=id_ or f"{source}: {text}", source_id=source, text=text, start=0, end=len(text), **fields)


def quote(of: Passage, words: str) -> Quote:
    start = of.text.index(words)
    return Quote(of, start, start + len(words))


def claim(of: Passage, words: str = "", **fields: Any) -> Claim:
    """A claim in the words of a passage; the whole of it unless told."""
    words = words or of.text
    return Claim(words, (quote(of, words),), **fields)


def answer(*claims: Claim, notices: tuple[Notice, ...] = (), **fields: Any) -> Answer:
    fields = {"trace": Trace("search")} | fields
    return Answer("Who?", claims, number(claims), notices, **fields)


def refusal(*nearest: Quote, reason: Reason = Reason.WEAK_EVIDENCE) -> Refusal:
    cited = tuple(Citation(n, one.passage, (one,)) for n, one in enumerate(nearest, start=1))
    return Refusal("Who?", Outcome.NOT_IN_DOCUMENTS, reason, "The documents do not say.", Trace("search"), cited)
