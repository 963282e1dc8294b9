"""Predicted questions at search time: how close a question comes to those that a passage is known to answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.library import Library, vector_key
from index.model import Encoded, Vector
from index.questions import Tied
from index.sentences import Span
from index.tokens import TokenVectors, write_tokens

_LOOKED_AT = 12  # of a passage's questions
_AGREE = 3  # the mean of the best three: one chance likeness among many questions counts for less


class QuestionIndex:
    """The questions of every passage, by pooled vector for proposing and by token vectors for the closer look."""

    def __init__(self, folder: Path, rarity: Callable[[NDArray[np.int32]], Vector]) -> None:
        places = json.loads((folder / "places.json").read_text(encoding="utf-8"))
        self.passage_ids: list[str] = [passage_id for passage_id, _, _ in places]
        self._words: list[Span] = [(start, end) for _, start, end in places]
        self._vectors = QuestionVectors(folder, rarity)
        self._of: dict[str, list[int]] = {}
        for n, passage_id in enumerate(self.passage_ids):
            if self._vectors.readable(n):
                self._of.setdefault(passage_id, []).append(n)
        self._rows = np.array([n for rows in self._of.values() for n in rows], dtype=np.int64)
        self._counts = np.array([len(rows) for rows in self._of.values()], dtype=np.int64)

    def count(self, passage_id: str) -> int:
        """How many questions are predicted for a passage."""
        return len(self._of.get(passage_id, ()))

    def propose(self, query: Encoded) -> dict[str, float]:
        """passage id -> mean cosine of its three closest questions."""
        if not self._of:
            return {}
        means = _means_of_best(self._vectors.meaning(query)[self._rows], self._counts)
        return dict(zip(self._of, means, strict=True))

    def closeness(self, query: Encoded, weights: Vector, passage_ids: Iterable[str]) -> dict[str, float]:
        """passage id -> mean of its three closest questions by late interaction both ways: every token of the asked
        question seeks its best match in the predicted one, and every token of that in the asked one."""
        likely = {id_: self._likely(query, id_) for id_ in passage_ids if id_ in self._of}
        if not likely or not len(query.tokens):
            return {}
        alike = self._vectors.alike(query, weights, [n for rows in likely.values() for n in rows])
        means = _means_of_best(alike, np.array([len(rows) for rows in likely.values()]))
        return dict(zip(likely, means, strict=True))

    def by_words(self, query: Encoded, weights: Vector, passage_id: str) -> list[tuple[Span, float]]:
        """For each question predicted from words of the passage: the words, and how close the asked question comes to it,
        as in `closeness`. Those that are not worth the closer look count as the least close of the others."""
        rows = [n for n in self._of.get(passage_id, ()) if self._words[n][0] < self._words[n][1]]
        if not rows or not len(query.tokens):
            return []
        near = self._vectors.likely(query, rows, _LOOKED_AT)
        alike = dict(zip(near, map(float, self._vectors.alike(query, weights, near)), strict=True))
        least = min(alike.values())
        return [(self._words[n], alike.get(n, least)) for n in rows]

    def _likely(self, query: Encoded, passage_id: str) -> list[int]:
        return self._vectors.likely(query, self._of[passage_id], _LOOKED_AT)


class QuestionVectors:
    """The vectors of some questions, each by its number, in a folder that `write_vectors` wrote."""

    def __init__(self, folder: Path, rarity: Callable[[NDArray[np.int32]], Vector]) -> None:
        self._pooled = np.load(folder / "pooled.npy").astype(np.float32)
        self._tokens = TokenVectors(folder)
        self._rarity = rarity

    def readable(self, number: int) -> bool:
        """A question in a script that the model cannot read has no token."""
        return self._tokens.length(number) > 0

    def meaning(self, query: Encoded) -> NDArray[np.floating]:
        """The cosine with each question."""
        return np.asarray(self._pooled @ query.pooled)

    def likely(self, query: Encoded, rows: Sequence[int], most: int) -> list[int]:
        """Those of the questions that are worth the closer look, by pooled vector."""
        if len(rows) <= most:
            return list(rows)
        best = np.argsort(-(self._pooled[rows] @ query.pooled), kind="stable")[:most]
        return [rows[n] for n in best]

    def alike(self, query: Encoded, weights: Vector, questions: Sequence[int]) -> NDArray[np.floating]:
        """One score for each question, in order."""
        tokens, ids, starts = self._tokens.together(questions)
        alike = query.tokens @ tokens.T
        forth = weights @ np.maximum.reduceat(alike, starts, axis=1)
        rare = self._rarity(ids)
        back = np.add.reduceat(alike.max(axis=0) * rare, starts) / np.maximum(np.add.reduceat(rare, starts), 1e-6)
        return np.asarray((forth + back) / 2)


def write_questions(folder: Path, library: Library, questions: Sequence[Tied], model: str, dimensions: int) -> None:
    """What `QuestionIndex` reads, into an empty folder; `questions` as `Library.questions` gives them."""
    places = [(one.passage_id, one.start, one.end) for one in questions]
    (folder / "places.json").write_text(json.dumps(places), encoding="utf-8")
    write_vectors(folder, library, [one.text for one in questions], model, dimensions)


def write_vectors(folder: Path, library: Library, texts: Sequence[str], model: str, dimensions: int) -> None:
    """What `QuestionVectors` reads."""
    keys = [vector_key(model, text) for text in texts]
    rows = [library.pooled(key) for key in keys]
    matrix = np.asarray(rows, dtype=np.float16) if rows else np.zeros((0, dimensions), dtype=np.float16)
    np.save(folder / "pooled.npy", matrix)
    write_tokens(folder, library.tokens, {f"q{n}": key for n, key in enumerate(keys)}, dimensions)


def _means_of_best(scores: NDArray[np.floating], counts: NDArray[np.int64]) -> list[float]:
    """The mean of the best three of each run of so many scores, one run behind the other; none may be empty."""
    group = np.repeat(np.arange(len(counts)), counts)
    ordered = scores[np.lexsort((scores, group))]  # within each run the best last
    ends = np.cumsum(counts)
    total = np.zeros(len(counts), dtype=scores.dtype)
    for back in range(_AGREE, 0, -1):
        there = counts >= back
        total[there] += ordered[ends[there] - back]
    means: list[float] = (total / np.minimum(counts, _AGREE).astype(scores.dtype)).tolist()
    return means
