"""Addresses that outlive the index: a passage is named by its id and by its words, an answer by its question."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from assistant.model import Citation
from assistant.web.words import Words

_ENOUGH = 10  # words from either end tell a quotation from every other


def to_passage(citation: Mapping[str, Any], texts: Words) -> str:
    """ "/read/appg-2017?p=…&m=0-120&w=First+words&e=last+words#here", from the root of the site. When the id is no longer
    held, the words find the place."""
    quotes = citation["quotes"]
    said = " ".join(quote["text"] for quote in quotes).split() or citation["passage_text"].split()
    values = {
        "p": citation["passage_id"],
        "m": ".".join(f"{q['start']}-{q['end']}" for q in quotes),
        "w": " ".join((quotes[0]["text"].split() if quotes else said)[:_ENOUGH]),
        "e": " ".join((quotes[-1]["text"].split() if quotes else said)[-_ENOUGH:]),
    }
    return f"{to_document(citation['source_id'], texts)}{'&' if texts.code != 'en' else '?'}{urlencode(values)}#here"


def of_citation(citation: Citation, texts: Words) -> str:
    """The address of a citation that has not been made JSON."""
    passage = citation.passage
    quotes = [{"text": quote.text, "start": quote.start, "end": quote.end} for quote in citation.quotes]
    named = {"passage_id": passage.id, "source_id": passage.source_id, "passage_text": passage.text}
    return to_passage({**named, "quotes": quotes}, texts)


def to_document(source_id: str, texts: Words) -> str:
    return f"read/{quote(source_id)}" + (f"?lang={texts.code}" if texts.code != "en" else "")


def to_answer(question: str, chosen: Mapping[str, Any], before: Sequence[str], on: str, text: str) -> str:
    """The part of an address after "#": what to ask again, and by what to see whether the answer is still the same. A
    browser sends nothing after "#" to a server."""
    values = [("ask", question), *(("before", earlier) for earlier in before)]
    for name, value in chosen.items():
        values += [(name, str(one)) for one in (value if isinstance(value, list | tuple) else [value]) if one]
    return urlencode([*values, ("on", on), ("same", digest(text))])


def digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]
