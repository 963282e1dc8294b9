"""The texts of one generation, as they were when it was made: what a hit, a citation and "read around" are taken from."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from index.library import Library, told
from index.model import Filters, Passage
from ingest.model import Document, Metadata

_BOXES = "case study"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What filters leave: documents whole, and documents of which only the case-study boxes are left."""

    whole: frozenset[str]
    boxes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.whole or self.boxes)

    def holds(self, passage: Passage) -> bool:
        return passage.source_id in self.whole or (passage.kind == "case_study" and passage.source_id in self.boxes)


class Shelf:
    """Documents and passages by id. Held in memory: a thousand passages take about a megabyte."""

    def __init__(self, path: Path) -> None:
        with Library(path, fixed=True) as library, told(path):
            self._documents = {d.source_id: d for d in library.documents()}
            self._passages = {p.id: p for p in library.passages()}
            self.embedded = library.embedded_texts()
        self._order = {(p.source_id, p.order): p.id for p in self._passages.values()}
        self.sources = frozenset(self._documents)

    @functools.cached_property
    def metadata(self) -> dict[str, Metadata]:
        return {id_: document.metadata for id_, document in self._documents.items()}

    def document(self, source_id: str) -> Document:
        return self._documents[source_id]

    def passage(self, passage_id: str) -> Passage:
        """Raises KeyError when this generation does not hold it."""
        return self._passages[passage_id]

    def holds(self, passage_id: str) -> bool:
        return passage_id in self._passages

    def passages(self, source_id: str | None = None) -> list[Passage]:
        return [p for p in self._passages.values() if source_id is None or p.source_id == source_id]

    def at(self, source_id: str, order: int) -> Passage | None:
        id_ = self._order.get((source_id, order))
        return self._passages[id_] if id_ else None

    def select(self, filters: Filters) -> Allowed:
        """What the filters leave."""
        fit = {id_ for id_, about in self.metadata.items() if _fits(id_, about, filters)}
        whole = {id_ for id_ in fit if not filters.kinds or self.metadata[id_].kind in filters.kinds}
        boxes = (fit - whole) & self._with_boxes if _BOXES in filters.kinds else ()
        return Allowed(frozenset(whole), frozenset(boxes))

    @functools.cached_property
    def _with_boxes(self) -> frozenset[str]:
        return frozenset(p.source_id for p in self._passages.values() if p.kind == "case_study")


def _fits(source_id: str, about: Metadata, filters: Filters) -> bool:
    year = about.year
    return (
        (not filters.sources or source_id in filters.sources)
        and (filters.since is None or (year is not None and year >= filters.since))
        and (filters.until is None or (year is not None and year <= filters.until))
        and (not filters.place or _names(filters.place, (*about.places, *about.nations)))
        and (not filters.publisher or _names(filters.publisher, (about.publisher,)))
    )


def _names(wanted: str, known: tuple[str, ...]) -> bool:
    return any(wanted.casefold() in name.casefold() for name in known)
