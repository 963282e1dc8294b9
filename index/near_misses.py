"""Unanswerable questions at search time: how close a question comes to those that the documents do not answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.expansion import QuestionVectors, write_vectors
from index.library import Library
from index.model import Encoded, Vector
from index.unanswerable import Unanswerable

_LOOKED_AT = 60
_AGREE = 3  # as with predicted questions: one chance likeness counts for less
_SAME = 2  # of one line's questions tell which line it is


@dataclass(frozen=True, slots=True)
class Near:
    """How close a question comes to those that are not answered (about 0 to 1), the one that it is most like, and how close it
    comes to the best two of those that ask the same as that one."""

    closeness: float
    like: Unanswerable
    same: float


class UnanswerableIndex:
    """All of them, by pooled vector for proposing and by token vectors for the closer look."""

    def __init__(self, folder: Path, rarity: Callable[[NDArray[np.int32]], Vector]) -> None:
        self.questions = [Unanswerable(*row) for row in json.loads((folder / "asked.json").read_text(encoding="utf-8"))]
        self._vectors = QuestionVectors(folder, rarity)
        self._rows = [n for n in range(len(self.questions)) if self._vectors.readable(n)]

    def nearest(self, query: Encoded, weights: Vector) -> Near | None:
        """None where there are no such questions."""
        rows = self._vectors.likely(query, self._rows, _LOOKED_AT)
        if not rows or not len(query.tokens):
            return None
        alike = sorted(zip(map(float, self._vectors.alike(query, weights, rows)), rows, strict=True), reverse=True)
        best = alike[:_AGREE]
        return Near(sum(score for score, _ in best) / len(best), *self._most_like(alike))

    def _most_like(self, alike: Sequence[tuple[float, int]]) -> tuple[Unanswerable, float]:
        """The closest question of the line whose closest two are closest, and how close they are."""
        by_line: dict[int, list[tuple[float, int]]] = {}
        for score, row in alike:
            by_line.setdefault(self.questions[row].line, []).append((score, row))

        def close(found: list[tuple[float, int]]) -> float:
            return sum(score for score, _ in found[:_SAME]) / _SAME  # one alone has nobody who agrees

        found = max(by_line.values(), key=close)
        return self.questions[found[0][1]], close(found)


def write_unanswerable(
    folder: Path, library: Library, questions: Sequence[Unanswerable], model: str, dimensions: int
) -> None:
    """What `UnanswerableIndex` reads, into an empty folder."""
    (folder / "asked.json").write_text(json.dumps(questions), encoding="utf-8")
    write_vectors(folder, library, [one.text for one in questions], model, dimensions)
