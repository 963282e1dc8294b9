"""How a citation, a source and a date are written in a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from assistant.extract import named
from assistant.heading import short_heading
from assistant.model import Citation, Notice
from assistant.render import age, page_words, when
from index.model import Passage
from ingest.model import Metadata


def note(passage: Passage, shelf: Mapping[str, Metadata]) -> str:
    """ "APPG interim report, 2017, Principle four, page 12"."""
    heading = short_heading(passage.where.heading[-1]) if passage.where.heading else ""
    page = page_words(passage.where, passage.last_page)
    return ", ".join(part for part in (named(shelf[passage.source_id]), heading, page) if part)


def notes(citations: Sequence[Citation], shelf: Mapping[str, Metadata]) -> dict[int, str]:
    return {citation.number: note(citation.passage, shelf) for citation in citations}


def source_line(about: Metadata, today: date) -> str:
    """Publisher, date and age, and what the document is worth as evidence, as far as known."""
    parts = [about.publisher or "publisher unknown", when(about)]
    years = age(about, today)
    if "," in years:
        parts.append(years.partition(", ")[2])
    line = ", ".join(parts) + "."
    if about.standing:
        line += f" {about.standing.rstrip('.')}."
    if about.superseded_by:
        line += f" Superseded by: {about.superseded_by}."
    return line


def notice_words(notice: Notice) -> str:
    hedge = " This may have changed since." if notice.confidence == "medium" and "may" not in notice.text else ""
    return f"{notice.text}{hedge}"


def long_date(day: date) -> str:
    """ "21 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def made_by(day: date, engine: Mapping[str, str]) -> str:
    """What made a page, from which index: enough to make it again."""
    index = engine.get("index", "")[:12]
    return f"Common Ground, {long_date(day)}" + (f", index {index}" if index else "")
