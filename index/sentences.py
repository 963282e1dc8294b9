"""Text -> spans of whole sentences, with the Punkt model that comes with LlamaIndex."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

Span = tuple[int, int]

_ITEM = re.compile(r"(?:• |\d{1,2}[.)] |\(?[a-z][.)] )")
# Punkt ends a sentence after these although a name or a figure follows.
_NOT_AN_END = re.compile(
    r"(?:\b(?:Dr|Prof|Mr|Mrs|Ms|St|Figs?|No|Vol|pp?|e\.g|i\.e|cf|vs|etc|al|Hon|Rt|Cllr|approx|para)\.)$"
)


@cache
def _punkt() -> Any:
    # LlamaIndex points NLTK at the copy in its own package, so nothing is fetched.
    from llama_index.core.utils import globals_helper

    return globals_helper.punkt_tokenizer


def blocks(text: str) -> list[Span]:
    """Paragraphs, list items and table lines of a section's text, without their bullet or number."""
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        mark = _ITEM.match(line.group())
        start = line.start() + (mark.end() if mark else 0)
        if start < line.end():
            spans.append((start, line.end()))
    return spans


def sentences(text: str) -> list[Span]:
    """Spans of the sentences of `text`, in order; none crosses a line, since a line is a whole paragraph or list item."""
    return [span for start, end in blocks(text) for span in _in_block(text, start, end)]


def _in_block(text: str, start: int, end: int) -> list[Span]:
    block = text[start:end]
    spans: list[Span] = []
    for first, last in _punkt().span_tokenize(block):
        if spans and _joins(block, spans[-1], first):
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return [(start + first, start + last) for first, last in spans if block[first:last].strip()]


def _joins(block: str, before: Span, first: int) -> bool:
    """Whether what Punkt took for a new sentence goes on with the one before."""
    ended = block[before[0] : before[1]]
    return bool(_NOT_AN_END.search(ended)) or block[first].islower() or ended.count("(") > ended.count(")")
