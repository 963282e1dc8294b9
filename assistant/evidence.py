"""How well each unit of the found passages answers the question: late interaction over stored token vectors, the questions
predicted from its words, its passage, and the type of answer that is wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.answer_types import AnswerType, candidates
from assistant.reading import Reading
from assistant.units import Unit, units_of
from index.embedding import Encoded
from index.model import Hit
from index.search import Searcher, believed_closeness
from index.sentences import Span
from index.words import STOPWORDS

Asked = tuple[Span, float]  # words of a passage, and how close the question comes to one predicted from them

_COUNTED_WITHIN = 60  # letters after a number in which the thing counted stands
_COUNTED_ALIKE = 0.37  # cosine of contextual token vectors


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit and its signs, each about 0 to 1. `spans` are the words in it that could be the answer; `matched` is, for each
    token of the question, its best match times its weight (they sum to `late`). `asked` is how close the question comes to
    the closest one that was predicted from the unit's words; where few or none were, how close one would expect."""

    unit: Unit
    hit: Hit
    late: float
    meaning: float
    passage: float
    asked: float
    typed: bool
    spans: tuple[Span, ...]
    matched: NDArray[np.float32] = field(compare=False, repr=False)

    @property
    def total(self) -> float:
        return weigh(self)


@dataclass(frozen=True, slots=True)
class UnitWeights:
    """Fitted listwise on development cases (the likelihood that a sentence with gold words is drawn first), checked by
    ten-fold cross-validation; but `asked`, which came later, was chosen by trial on the development and tuning cases beside
    the others as they were. Shared words added nothing beside late interaction and are not weighed."""

    late: float = 1.0
    meaning: float = 0.13
    passage: float = 0.42
    asked: float = 1.0
    typed: float = 0.13
    fragment: float = -0.11
    note: float = -0.1


def weigh(scored: Scored, weights: UnitWeights | None = None) -> float:
    w = weights or UnitWeights()
    total = w.late * scored.late + w.meaning * scored.meaning + w.passage * scored.passage + w.asked * scored.asked
    signs = ((w.typed, scored.typed), (w.fragment, scored.unit.fragment), (w.note, scored.unit.passage.kind == "notes"))
    return total + sum(weight for weight, there in signs if there)


class Evidence:
    """Scores units against one question."""

    def __init__(self, searcher: Searcher, reading: Reading, search_text: str) -> None:
        self.searcher, self.reading = searcher, reading
        self.query: Encoded = searcher.encode(search_text)
        self._weights = searcher.parts.tokens.weights(self.query)
        self._counted = self._counted_rows(search_text) if AnswerType.COUNT in reading.types else None

    def score(self, hits: Sequence[Hit]) -> list[Scored]:
        """Every unit of the hits, best first."""
        scored = [one for hit in hits for one in self._of_hit(hit)]
        return sorted(scored, key=lambda s: (-s.total, s.hit.rank, s.unit.start))

    def _of_hit(self, hit: Hit) -> list[Scored]:
        rows, starts = self._rows(hit)
        asked = self.searcher.asked(self.query, self._weights, hit.passage.id)
        return [self._one(unit, hit, rows, starts, asked) for unit in units_of(hit.passage)]

    def _rows(self, hit: Hit) -> tuple[np.ndarray, np.ndarray]:
        """The passage's token vectors and where each token begins in its text; negative in the heading before it."""
        embedded = self.searcher.shelf.embedded[hit.passage.id]
        rows = self.searcher.parts.tokens.of(hit.passage.id)
        starts = self.searcher.token_starts(embedded)[: len(rows)]
        return rows, starts - (len(embedded) - len(hit.passage.text))

    def _one(self, unit: Unit, hit: Hit, rows: np.ndarray, starts: np.ndarray, asked: Sequence[Asked]) -> Scored:
        mine = rows[(starts >= unit.start) & (starts < unit.end)]
        best = (
            (self.query.tokens @ mine.T).max(axis=1)
            if len(mine) and len(self.query.tokens)
            else np.zeros(len(self._weights))
        )
        is_body = self.searcher.abbreviations.may_name_a_body
        spans = candidates(unit.text, self.reading.types, self.reading.question, is_body)
        if self._counted is not None:
            spans = [span for span in spans if self._counts_it(unit, span, rows, starts)]
        late = float(best @ self._weights) if len(best) else 0.0
        return Scored(
            unit,
            hit,
            late=late,
            meaning=_cosine(mine, self.query.pooled),
            passage=hit.score,
            asked=_closest(unit, asked, late),
            typed=bool(spans),
            spans=tuple(spans),
            matched=np.asarray(best * self._weights, dtype=np.float32),
        )

    def _counted_rows(self, search_text: str) -> np.ndarray | None:
        """The question's own token vectors of what is counted ("how many visitors"); None when it does not say."""
        found = re.search(
            r"\b(?:how many (?:of (?:the|our|their) )?|what(?:'s| is| was) the (?=population))((?:[\w'-]+ ?){1,3})",
            search_text,
            re.I,
        )
        said = [word for word in found.group(1).split() if word.lower() not in STOPWORDS] if found else []
        if not found or not said:
            return None
        at = search_text.index(said[0], found.start(1))
        starts = self.searcher.token_starts(search_text)[: len(self.query.tokens)]
        rows: np.ndarray = self.query.tokens[(starts >= at) & (starts < at + len(said[0]))]
        return rows if len(rows) else None

    def _counts_it(self, unit: Unit, span: Span, rows: np.ndarray, starts: np.ndarray) -> bool:
        """Whether the words right after a number are like what the question counts."""
        first = unit.start + span[0]
        after = rows[(starts >= first) & (starts < unit.start + span[1] + _COUNTED_WITHIN)]
        return bool(len(after) and (self._counted @ after.T).max() >= _COUNTED_ALIKE)


def _closest(unit: Unit, asked: Sequence[Asked], late: float) -> float:
    mine = [close for (start, end), close in asked if start < unit.end and end > unit.start]
    return believed_closeness(max(mine, default=0.0), len(mine), late)


def _cosine(rows: np.ndarray, query: np.ndarray) -> float:
    if not len(rows):
        return 0.0
    mean = rows.mean(axis=0)
    return float(mean @ query / (np.linalg.norm(mean) or 1.0))
