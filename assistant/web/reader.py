"""One document as a page of its own, at `/read/{source}`: its text under its headings, with the words of a link marked.

A link names a passage by its id and by its words. While the passage is held, its marks are exact; after re-indexing the
words alone find the place, and where they no longer stand in the document the page says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from assistant.web.asks import Shelf
from assistant.web.documents import Entry, entries
from assistant.web.evidence import held
from assistant.web.marks import Piece, pieces
from assistant.web.words import Words
from ingest.model import PageStart, Section

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Stretches of one section, by its position in the document."""

    section: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`first` is set on the piece where the marked words begin; `page` is the label of a page that begins here."""

    pieces: list[Piece]
    first: bool
    page: str


@dataclass(frozen=True, slots=True)
class Part:
    """One section: `level` is 2 to 6, the heading's rank on the page."""

    anchor: str
    heading: str
    level: int
    paragraphs: tuple[Paragraph, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The page of a PDF on which the passage begins. `address` is relative to the page of the document."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class ReadPage:
    entry: Entry
    parts: tuple[Part, ...]
    asked: bool
    found: bool
    picture: Picture | None = None


def read_page(
    source_id: str,
    passage_id: str,
    marks: str,
    start: str,
    end: str,
    shelf: Shelf,
    texts: Words,
    pictures: bool = False,
) -> ReadPage:
    """Raises KeyError when there is no such document."""
    sections = shelf.document(source_id).sections
    place = _by_id(source_id, passage_id, marks, shelf) or _by_words(sections, start, end)
    entry = next(one for one in entries({source_id: shelf.metadata[source_id]}, texts))
    parts = tuple(_part(n, section, place, texts) for n, section in enumerate(sections))
    picture = _picture(source_id, passage_id, marks, shelf) if pictures else None
    return ReadPage(entry, _headings_once(parts), bool(passage_id or start), place is not None, picture)


def words_at(passage_id: str, marks: str, shelf: Shelf) -> tuple[str, ...]:
    """The marked words of a passage; none when it is no longer held."""
    passage = held(passage_id, shelf)
    return tuple(passage.text[start:end] for start, end in _spans(marks, len(passage.text))) if passage else ()


def _picture(source_id: str, passage_id: str, marks: str, shelf: Shelf) -> Picture | None:
    passage = held(passage_id, shelf)
    if passage is None or passage.source_id != source_id or passage.where.page_index is None:
        return None
    number = passage.where.page_index
    query = urlencode({"p": passage_id, "m": marks})
    return Picture(passage.where.page_label or str(number), f"{quote(source_id)}/page-{number}.png?{query}")


def _by_id(source_id: str, passage_id: str, marks: str, shelf: Shelf) -> Place | None:
    passage = held(passage_id, shelf)
    if passage is None or passage.source_id != source_id:
        return None
    inside = _spans(marks, len(passage.text)) or [(0, len(passage.text))]
    return Place(passage.section, tuple((passage.start + start, passage.start + end) for start, end in inside))


def _spans(marks: str, length: int) -> list[Span]:
    spans = [(int(start), int(end)) for start, end in re.findall(r"(\d{1,7})-(\d{1,7})", marks)]
    return [(start, end) for start, end in spans if start < end <= length]


def _by_words(sections: Sequence[Section], start: str, end: str) -> Place | None:
    """The first section in which the first words stand, and after them, if they do, the last."""
    opening, closing = _pattern(start), _pattern(end)
    if opening is None:
        return None
    for n, section in enumerate(sections):
        if found := opening.search(section.text):
            last = closing.search(section.text, found.start()) if closing else None
            return Place(n, ((found.start(), last.end() if last else found.end()),))
    return None


def _pattern(words: str) -> re.Pattern[str] | None:
    parts = words.split()
    return re.compile(r"\s+".join(re.escape(part) for part in parts)) if parts else None


def _part(number: int, section: Section, place: Place | None, texts: Words) -> Part:
    spans = place.spans if place and place.section == number else ()
    heading = section.where.heading
    return Part(
        anchor=f"part-{number + 1}",
        heading=heading[-1] if heading else "",
        level=min(6, 1 + max(1, len(heading))),
        paragraphs=tuple(_paragraphs(section, spans, texts)),
        kind=section.kind,
    )


def _headings_once(parts: Sequence[Part]) -> tuple[Part, ...]:
    """A heading is shown once where several sections in a row stand under it."""
    shown: list[Part] = []
    before = ""
    for part in parts:
        again = part.heading == before
        shown.append(Part(part.anchor, "" if again else part.heading, part.level, part.paragraphs, part.kind))
        before = part.heading
    return tuple(shown)


def _paragraphs(section: Section, spans: Sequence[Span], texts: Words) -> Iterator[Paragraph]:
    at = 0
    opened = False
    for block in re.split(r"(\n\s*\n)", section.text):
        start, at = at, at + len(block)
        if not block.strip():
            continue
        inside = [(max(a, start) - start, min(b, at) - start) for a, b in spans if a < at and b > start]
        first = bool(inside) and not opened
        opened = opened or first
        yield Paragraph(pieces(block, inside), first, _page(section.page_starts, start, at, texts))


def _page(starts: Sequence[PageStart], start: int, end: int, texts: Words) -> str:
    """The page that begins in this paragraph; empty for none, and where its number is not to be trusted."""
    labels = [one.label or str(one.index or "") for one in starts if start <= one.offset < end]
    return texts("reader.page", label=labels[-1]) if labels and labels[-1] else ""
