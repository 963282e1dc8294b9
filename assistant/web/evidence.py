"""A citation of a reply -> a card: what the source is, the passage with the quoted words marked, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from assistant.web.asks import Shelf
from assistant.web.dates import in_words, with_age
from assistant.web.links import to_passage
from assistant.web.marks import Piece, pieces
from assistant.web.pages import plain
from assistant.web.states import State, notice
from assistant.web.words import Words
from index.model import Passage


@dataclass(frozen=True, slots=True)
class NoticeLine:
    state: State
    text: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class Card:
    """`to_copy` is the quotation with its source as plain text, `rich` the same as HTML. `gone`: the document no longer
    holds the passage, and nothing in it is marked. `address` leads to the place in the document."""

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
    rich: str
    address: str
    gone: bool
    spread: bool


def cards(
    citations: list[Mapping[str, Any]], notices: list[Mapping[str, Any]], turn: int, shelf: Shelf, texts: Words
) -> list[Card]:
    return [card(citation, notices, f"turn-{turn}-source-{n}", shelf, texts) for n, citation in enumerate(citations, 1)]


def card(
    citation: Mapping[str, Any], notices: list[Mapping[str, Any]], anchor: str, shelf: Shelf, texts: Words
) -> Card:
    number = int(citation["number"])
    here = held(citation["passage_id"], shelf)
    source = source_words(citation)
    return Card(
        anchor=anchor,
        number=number,
        name=citation["place"],
        source=source,
        part=citation["place"][len(source) :].lstrip(", "),
        facts=tuple((texts(f"card.{name}"), value) for name, value in facts(citation, texts) if value),
        notices=tuple(notice_line(n, texts) for n in notices if number in n.get("citations", ())),
        passage=pieces(citation["passage_text"], spans(citation)),
        before=_text(here and shelf.at(here.source_id, here.order - 1)),
        after=_text(here and shelf.at(here.source_id, here.order + 1)),
        to_copy=with_citation(citation, texts),
        rich=rich_citation(citation, texts),
        address=to_passage(citation, texts),
        gone=bool(citation.get("gone")),
        spread=here is not None and here.last_page is not None,
    )


def source_words(citation: Mapping[str, Any]) -> str:
    """ "APPG interim report, 2017" of "APPG interim report, 2017, Principle Four": what stands before heading and page."""
    words = str(citation["place"])
    for part in (citation["page"], (citation["heading"] or [""])[-1]):
        if part and words.endswith(f", {part}"):
            words = words.removesuffix(f", {part}")
    return words


def facts(citation: Mapping[str, Any], texts: Words) -> list[tuple[str, str]]:
    return [
        ("title", citation["title"]),
        ("publisher", citation["publisher"] or texts("card.unknown")),
        ("published", with_age(citation["published"] or "", texts=texts)),
        ("kind", kind_words(citation["kind"], texts)),
        ("heading", " › ".join(citation["heading"]) if len(citation["heading"]) > 1 else ""),
        ("page", page_words(citation["page"], texts)),
    ]


def page_words(page: str, texts: Words) -> str:
    """ "page iv (PDF page 6)" in the language of the screen."""
    for english, key in (("PDF page", "pages.pdf"), ("page", "pages.page"), (" to ", "pages.to")):
        page = page.replace(english, texts(key)) if texts.tag != "en" else page
    return page


def kind_words(kind: str, texts: Words) -> str:
    return texts.known(f"kinds.{kind}", kind.replace("_", " "))


def spans(citation: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Where the quoted words stand. A quote that does not stand there word for word is not marked."""
    text = citation["passage_text"]
    return [(q["start"], q["end"]) for q in citation["quotes"] if text[q["start"] : q["end"]] == q["text"]]


def held(passage_id: str, shelf: Shelf) -> Passage | None:
    """None for a passage that is no longer held."""
    try:
        return shelf.passage(passage_id)
    except KeyError:
        return None


def _text(passage: Passage | None) -> str:
    return passage.text if passage else ""


def notice_line(found: Mapping[str, Any], texts: Words) -> NoticeLine:
    hedged = found["confidence"] == "medium" and found["kind"] != "source_slip" and "may" not in found["text"]
    return NoticeLine(notice(found["kind"], texts), found["text"], hedged)


def with_citation(citation: Mapping[str, Any], texts: Words) -> str:
    """The quoted words and where they are from, as one would write it in a report."""
    return f"“{_quoted(citation)}” ({source_of(citation, texts)})"


def source_of(citation: Mapping[str, Any], texts: Words) -> str:
    """Publisher, title, date, heading and page, as far as known."""
    return ", ".join(filter(None, (citation["publisher"], citation["title"], *_place(citation, texts))))


def rich_citation(citation: Mapping[str, Any], texts: Words) -> str:
    """The same as HTML that a word processor takes over: the quotation as a block, the title in italics."""
    before = [escape(plain(citation["publisher"]))] if citation["publisher"] else []
    source = [
        *before,
        f"<i>{escape(plain(citation['title']))}</i>",
        *map(escape, filter(None, _place(citation, texts))),
    ]
    return (
        f'<blockquote lang="en">“{escape(plain(_quoted(citation)))}”</blockquote>'
        f'<p lang="en">({", ".join(str(part) for part in source)})</p>'
    )


def _quoted(citation: Mapping[str, Any]) -> str:
    return " […] ".join(" ".join(quote["text"].split()) for quote in citation["quotes"])


def _place(citation: Mapping[str, Any], texts: Words) -> list[str]:
    return [
        in_words(citation["published"] or "", texts),
        " › ".join(citation["heading"]),
        page_words(citation["page"], texts),
    ]
