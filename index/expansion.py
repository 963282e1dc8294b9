"""Predicted questions at search time: how close a question comes to those that a passage is known to answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding import Encoded, Vector
from index.rerank import TokenVectors

_AGREE = 3  # the mean of the best three: one chance likeness among many questions counts for less


class QuestionIndex:
    """The questions of every passage, by pooled vector for proposing and by token vectors for the closer look."""

    def __init__(self, folder: Path, rarity: Vector) -> None:
        self.passage_ids: list[str] = json.loads((folder / "passages.json").read_text(encoding="utf-8"))
        self._pooled = np.load(folder / "pooled.npy").astype(np.float32)
        self._tokens = TokenVectors(folder)
        self._rarity = rarity
        self._of: dict[str, list[int]] = {}
        for n, passage_id in enumerate(self.passage_ids):
            self._of.setdefault(passage_id, []).append(n)

    def propose(self, query: Encoded) -> dict[str, float]:
        """passage id -> mean cosine of its three closest questions."""
        if not self.passage_ids:
            return {}
        scores = self._pooled @ query.pooled
        return {passage_id: _mean_of_best(scores[rows]) for passage_id, rows in self._of.items()}

    def closeness(self, query: Encoded, weights: Vector, passage_ids: Iterable[str]) -> dict[str, float]:
        """passage id -> mean of its three closest questions by late interaction both ways: every token of the asked
        question seeks its best match in the predicted one, and every token of that in the asked one."""
        return {id_: self._close(query, weights, self._of[id_]) for id_ in passage_ids if id_ in self._of}

    def _close(self, query: Encoded, weights: Vector, rows: Sequence[int]) -> float:
        if not len(query.tokens):
            return 0.0
        tokens, ids, bounds = self._tokens.together(rows)
        alike = query.tokens @ tokens.T
        forth = weights @ np.maximum.reduceat(alike, bounds, axis=1)
        rare = self._rarity[ids]
        back = np.add.reduceat(alike.max(axis=0) * rare, bounds) / np.maximum(np.add.reduceat(rare, bounds), 1e-6)
        return _mean_of_best((forth + back) / 2)


def _mean_of_best(scores: NDArray[np.floating]) -> float:
    return float(np.sort(scores)[-_AGREE:].mean())
