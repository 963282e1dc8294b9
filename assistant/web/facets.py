"""The shelf by source, kind, year and place: what there is to choose from, and how much of each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.web.evidence import kind_words
from assistant.web.words import Words
from ingest.model import Metadata


@dataclass(frozen=True, slots=True)
class Choice:
    """`number` is of documents."""

    value: str
    words: str
    number: int


@dataclass(frozen=True, slots=True)
class Facets:
    """`documents` is JSON for the screen's own counting: what each document is, without its text."""

    sources: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    places: tuple[Choice, ...]
    years: tuple[int, ...]
    documents: str

    @property
    def number(self) -> int:
        return len(self.sources)


def facets(metadata: Mapping[str, Metadata], texts: Words) -> Facets:
    newest_first = sorted(metadata.items(), key=lambda pair: pair[1].published, reverse=True)
    kinds = Counter(about.kind for about in metadata.values() if about.kind)
    places = Counter(place for about in metadata.values() for place in dict.fromkeys((*about.nations, *about.places)))
    return Facets(
        sources=tuple(Choice(id_, _named(about), 1) for id_, about in newest_first),
        kinds=tuple(Choice(kind, kind_words(kind, texts), n) for kind, n in kinds.most_common()),
        places=tuple(Choice(place, place, n) for place, n in sorted(places.items(), key=lambda p: (-p[1], p[0]))),
        years=tuple(sorted({about.year for about in metadata.values() if about.year})),
        documents=json.dumps({id_: _facts(about) for id_, about in metadata.items()}),
    )


def _named(about: Metadata) -> str:
    return f"{about.name}, {about.year}" if about.year and str(about.year) not in about.name else about.name


def _facts(about: Metadata) -> dict[str, object]:
    return {
        "kind": about.kind,
        "year": about.year,
        "places": [*about.nations, *about.places],
        "publisher": about.publisher,
    }
