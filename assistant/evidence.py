"""How well each unit of the found passages answers the question: late interaction over stored token vectors, shared rare
words, names, and the type of answer that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answer_types import candidates
from assistant.reading import Reading
from assistant.units import Unit, units_of
from index.embedding import Encoded
from index.model import Hit
from index.search import Searcher
from index.sentences import Span
from index.words import stems


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit and its signs, each about 0 to 1. `spans` are the words in it that could be the answer."""

    unit: Unit
    hit: Hit
    late: float
    words: float
    meaning: float
    passage: float
    typed: bool
    spans: tuple[Span, ...]
    covered: float

    @property
    def total(self) -> float:
        return weigh(self)


@dataclass(frozen=True, slots=True)
class UnitWeights:
    """Fitted on development cases (see `eval/README.md`)."""

    late: float = 1.0
    words: float = 0.6
    meaning: float = 0.6
    passage: float = 0.5
    typed: float = 0.25


def weigh(scored: Scored, weights: UnitWeights | None = None) -> float:
    w = weights or UnitWeights()
    total = w.late * scored.late + w.words * scored.words + w.meaning * scored.meaning + w.passage * scored.passage
    return total + (w.typed if scored.typed else 0.0) - (0.5 if scored.unit.fragment else 0.0)


class Evidence:
    """Scores units against one question."""

    def __init__(self, searcher: Searcher, reading: Reading, search_text: str) -> None:
        self.searcher, self.reading = searcher, reading
        self.query: Encoded = searcher.encode(search_text)
        self._weights = searcher.parts.tokens.weights(self.query)
        self._rare = {word: searcher.parts.lexical.rarity(word) for word in set(stems(search_text))}

    def score(self, hits: Sequence[Hit]) -> list[Scored]:
        """Every unit of the hits, best first."""
        scored = [one for hit in hits for one in self._of_hit(hit)]
        return sorted(scored, key=lambda s: (-s.total, s.hit.rank, s.unit.start))

    def _of_hit(self, hit: Hit) -> list[Scored]:
        rows, starts = self._rows(hit)
        return [self._one(unit, hit, rows, starts) for unit in units_of(hit.passage)]

    def _rows(self, hit: Hit) -> tuple[np.ndarray, np.ndarray]:
        """The passage's token vectors and where each token begins in its text; negative in the heading before it."""
        embedded = self.searcher.shelf.embedded[hit.passage.id]
        rows = self.searcher.parts.tokens.of(hit.passage.id)
        starts = self.searcher.parts.embedding.token_starts(embedded)[: len(rows)]
        return rows, starts - (len(embedded) - len(hit.passage.text))

    def _one(self, unit: Unit, hit: Hit, rows: np.ndarray, starts: np.ndarray) -> Scored:
        mine = rows[(starts >= unit.start) & (starts < unit.end)]
        best = (
            (self.query.tokens @ mine.T).max(axis=1)
            if len(mine) and len(self.query.tokens)
            else np.zeros(len(self._weights))
        )
        spans = candidates(unit.text, self.reading.types, self.reading.question)
        return Scored(
            unit,
            hit,
            late=float(best @ self._weights) if len(best) else 0.0,
            words=self._shared(unit.text),
            meaning=_cosine(mine, self.query.pooled),
            passage=hit.score,
            typed=bool(spans),
            spans=tuple(spans),
            covered=float(((best > 0.55) * self._weights).sum()) if len(best) else 0.0,
        )

    def _shared(self, text: str) -> float:
        """The share of the question's rarity that the text's own words carry."""
        total = sum(self._rare.values())
        held = set(stems(text))
        return sum(weight for word, weight in self._rare.items() if word in held) / total if total else 0.0


def _cosine(rows: np.ndarray, query: np.ndarray) -> float:
    if not len(rows):
        return 0.0
    mean = rows.mean(axis=0)
    return float(mean @ query / (np.linalg.norm(mean) or 1.0))
