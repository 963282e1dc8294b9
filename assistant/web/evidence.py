"""A citation of a reply -> a card: what the source is, the passage with the quoted words marked, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.web.asks import Shelf
from assistant.web.dates import in_words, with_age
from assistant.web.marks import Piece, pieces
from assistant.web.states import State, notice
from index.model import Passage


@dataclass(frozen=True, slots=True)
class NoticeLine:
    state: State
    text: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class Card:
    anchor: str
    number: int
    name: str
    source: str
    part: str
    facts: tuple[tuple[str, str], ...]
    notices: tuple[NoticeLine, ...]
    passage: list[Piece]
    before: str
    after: str
    to_copy: str


def cards(citations: list[Mapping[str, Any]], notices: list[Mapping[str, Any]], turn: int, shelf: Shelf) -> list[Card]:
    return [card(citation, notices, f"turn-{turn}-source-{n}", shelf) for n, citation in enumerate(citations, 1)]


def card(citation: Mapping[str, Any], notices: list[Mapping[str, Any]], anchor: str, shelf: Shelf) -> Card:
    number = int(citation["number"])
    before, after = around(citation["passage_id"], shelf)
    source = source_words(citation)
    return Card(
        anchor=anchor,
        number=number,
        name=citation["place"],
        source=source,
        part=citation["place"][len(source) :].lstrip(", "),
        facts=tuple((label, value) for label, value in facts(citation) if value),
        notices=tuple(notice_line(n) for n in notices if number in n.get("citations", ())),
        passage=pieces(citation["passage_text"], spans(citation)),
        before=before,
        after=after,
        to_copy=with_citation(citation),
    )


def source_words(citation: Mapping[str, Any]) -> str:
    """ "APPG interim report, 2017" of "APPG interim report, 2017, Principle Four": what stands before heading and page."""
    words = str(citation["place"])
    for part in (citation["page"], (citation["heading"] or [""])[-1]):
        if part and words.endswith(f", {part}"):
            words = words.removesuffix(f", {part}")
    return words


def facts(citation: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        ("Title", citation["title"]),
        ("Publisher", citation["publisher"] or "not known"),
        ("Published", with_age(citation["published"] or "")),
        ("Kind", citation["kind"].replace("_", " ")),
        ("Heading", " › ".join(citation["heading"]) if len(citation["heading"]) > 1 else ""),
        ("Page", citation["page"]),
    ]


def spans(citation: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Where the quoted words stand. A quote that does not stand there word for word is not marked."""
    text = citation["passage_text"]
    return [(q["start"], q["end"]) for q in citation["quotes"] if text[q["start"] : q["end"]] == q["text"]]


def around(passage_id: str, shelf: Shelf) -> tuple[str, str]:
    """The passages before and after in the document; empty at its ends and for a passage no longer held."""
    try:
        here = shelf.passage(passage_id)
    except KeyError:
        return "", ""
    return _text(shelf.at(here.source_id, here.order - 1)), _text(shelf.at(here.source_id, here.order + 1))


def _text(passage: Passage | None) -> str:
    return passage.text if passage else ""


def notice_line(found: Mapping[str, Any]) -> NoticeLine:
    hedged = found["confidence"] == "medium" and found["kind"] != "source_slip" and "may" not in found["text"]
    return NoticeLine(notice(found["kind"]), found["text"], hedged)


def with_citation(citation: Mapping[str, Any]) -> str:
    """The quoted words and where they are from, as one would write it in a report."""
    quoted = " […] ".join(" ".join(quote["text"].split()) for quote in citation["quotes"])
    source = [
        citation["publisher"] or "",
        citation["title"],
        in_words(citation["published"] or ""),
        " › ".join(citation["heading"]),
        citation["page"],
    ]
    return f"“{quoted}” ({', '.join(filter(None, source))})"
