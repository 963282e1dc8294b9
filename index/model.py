"""What search works on and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.model import Locator, SectionKind

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one section, `text == section.text[start:end]`. The id is made from the source and the text, so
    the same input gives the same id on every run and machine.

    `cuts` are offsets in `text` where words of the source were left out (see `ingest.model.Section`). `order` counts the
    passages of the source from 0, so that neighbours can be found. `where` is the place of the first word; `last_page` is
    set when the passage ends on a later page than it begins.
    """

    id: str
    source_id: str
    where: Locator
    text: str
    start: int
    end: int
    section: int = 0
    order: int = 0
    kind: SectionKind = "text"
    cuts: tuple[int, ...] = ()
    last_page: Locator | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` only orders the hits of one search; it is no probability. `rank` counts from 1.
    `found_by` is a subset of {"words", "meaning", "questions"}."""

    passage: Passage
    score: float
    rank: int
    found_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as vectors. `pooled` has unit length; `tokens` is (n, dimensions), each row of unit length; `token_ids` is
    (n,). Special tokens are left out."""

    pooled: Vector
    tokens: Vector
    token_ids: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Filters:
    """What to search. Empty means everything. Years are inclusive and leave out documents of unknown year; `place` and
    `publisher` are part of a name, in any case. "case study" among the kinds also leaves the case-study boxes of documents
    of another kind."""

    sources: frozenset[str] = field(default=frozenset())
    since: int | None = None
    until: int | None = None
    kinds: frozenset[str] = field(default=frozenset())
    place: str = ""
    publisher: str = ""

    def __bool__(self) -> bool:
        return self != Filters()
