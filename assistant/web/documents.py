"""The shelf in words: what it covers in one line, a list of its documents, and what is missing from it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.web.dates import with_age
from assistant.web.evidence import kind_words
from assistant.web.facets import Choice, facets
from assistant.web.links import to_document
from assistant.web.words import Words, words
from ingest.model import Metadata

_NATIONS = ("England", "Northern Ireland", "Scotland", "Wales")


@dataclass(frozen=True, slots=True)
class Entry:
    source_id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    superseded_by: str
    address: str


@dataclass(frozen=True, slots=True)
class YearCount:
    """`share` of the fullest year, for the length of a bar: 0 to 100."""

    words: str
    number: int
    share: int


def entries(metadata: Mapping[str, Metadata], texts: Words | None = None) -> list[Entry]:
    """Newest first; documents of unknown date last."""
    said = texts or words()
    newest_first = sorted(metadata.items(), key=lambda pair: pair[1].published, reverse=True)
    return [
        Entry(source_id, about.title, facts(about, said), about.superseded_by, to_document(source_id, said))
        for source_id, about in newest_first
    ]


def facts(about: Metadata, texts: Words) -> tuple[tuple[str, str], ...]:
    known = [
        ("publisher", about.publisher or texts("card.unknown")),
        ("authors", ", ".join(about.authors)),
        ("published", with_age(about.published, texts=texts)),
        ("kind", kind_words(about.kind, texts)),
        ("places", ", ".join((*about.nations, *about.places))),
        ("audience", ", ".join(about.audience)),
        ("standing", about.standing),
    ]
    return tuple((texts(f"shelf.{name}"), value) for name, value in known if value)


def coverage(metadata: Mapping[str, Metadata], texts: Words | None = None) -> str:
    """ "5 documents, 2007 to 2018"."""
    said = texts or words()
    years = sorted(year for about in metadata.values() if (year := about.year))
    held = said.count("coverage.documents", len(metadata))
    if not years:
        return held
    if years[0] == years[-1]:
        return said("coverage.from", documents=held, year=years[0])
    return said("coverage.between", documents=held, first=years[0], last=years[-1])


def by_year(metadata: Mapping[str, Metadata], texts: Words) -> list[YearCount]:
    """The oldest first, those of unknown year last; a run of years without any is one line of nothing."""
    held = Counter(about.year for about in metadata.values())
    undated = held.pop(None, 0)
    years = sorted(year for year in held if year)
    most = max([*held.values(), undated, 1])
    lines: list[YearCount] = []
    for before, year in zip([None, *years], years, strict=False):
        if before and year - before > 1:
            lines.append(YearCount(_run(before + 1, year - 1), 0, 0))
        lines.append(YearCount(str(year), held[year], round(100 * held[year] / most)))
    return [*lines, *([YearCount(texts("dates.unknown"), undated, round(100 * undated / most))] if undated else [])]


def _run(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def by_place(metadata: Mapping[str, Metadata], texts: Words) -> tuple[Choice, ...]:
    return facets(metadata, texts).places


def gaps(metadata: Mapping[str, Metadata], texts: Words, today: datetime.date | None = None) -> list[str]:
    """What the shelf does not cover, as far as the dates and places of its documents tell."""
    years = sorted({year for about in metadata.values() if (year := about.year)})
    this = (today or datetime.date.today()).year
    found = [
        texts("shelf.gap_between", first=before + 1, last=year - 1)
        for before, year in zip(years, years[1:], strict=False)
        if year - before > 2
    ]
    if years and this - years[-1] > 1:
        found.append(texts("shelf.gap_after", year=years[-1], n=this - years[-1]))
    nations = {nation for about in metadata.values() for nation in about.nations}
    if missing := [nation for nation in _NATIONS if nation not in nations] if nations else []:
        found.append(texts("shelf.gap_nations", places=", ".join(missing)))
    if undated := sum(about.year is None for about in metadata.values()):
        found.append(texts("shelf.gap_undated", documents=texts.count("coverage.documents", undated)))
    return found
