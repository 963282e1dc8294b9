"""The shelf in words: what it covers in one line, and a list of its documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.web.dates import with_age
from ingest.model import Metadata


@dataclass(frozen=True, slots=True)
class Entry:
    source_id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    superseded_by: str


def entries(metadata: Mapping[str, Metadata]) -> list[Entry]:
    """Newest first; documents of unknown date last."""
    newest_first = sorted(metadata.items(), key=lambda pair: pair[1].published, reverse=True)
    return [Entry(source_id, about.title, facts(about), about.superseded_by) for source_id, about in newest_first]


def facts(about: Metadata) -> tuple[tuple[str, str], ...]:
    known = [
        ("Publisher", about.publisher or "not known"),
        ("Authors", ", ".join(about.authors)),
        ("Published", with_age(about.published)),
        ("Kind", about.kind.replace("_", " ")),
        ("About", ", ".join((*about.nations, *about.places))),
        ("Written for", ", ".join(about.audience)),
        ("Standing", about.standing),
    ]
    return tuple((label, value) for label, value in known if value)


def coverage(metadata: Mapping[str, Metadata]) -> str:
    """ "5 documents, 2007 to 2018"."""
    years = sorted(year for about in metadata.values() if (year := about.year))
    held = f"{len(metadata)} document{'' if len(metadata) == 1 else 's'}"
    if not years:
        return held
    return f"{held} from {years[0]}" if years[0] == years[-1] else f"{held}, {years[0]} to {years[-1]}"
