"""At search time: how close a question comes to those that the documents do not answer, and to those that they do.

Both are cosines of the vectors that questions are compared by (see `index.likeness`): one a question, no closer look.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.library import Library, asked_key
from index.model import Vector
from index.unanswerable import Unanswerable

_AGREE = 3  # the mean of the best three: one chance likeness counts for less
_SAME = 2  # of one line's questions tell which line it is
_LOOKED_AT = 60
_VECTORS = "pooled.npy"


@dataclass(frozen=True, slots=True)
class Near:
    """How close a question comes to those that are not answered (about 0 to 1), the one that it is most like, and how close it
    comes to the best two of those that ask the same as that one."""

    closeness: float
    like: Unanswerable
    same: float


class UnanswerableIndex:
    """The questions that are known not to be answered."""

    def __init__(self, folder: Path) -> None:
        self.questions = [Unanswerable(*row) for row in json.loads((folder / "asked.json").read_text(encoding="utf-8"))]
        self._vectors = _read(folder)

    def nearest(self, asked: Vector) -> Near | None:
        """None where there are no such questions."""
        if not self.questions:
            return None
        alike = self._vectors @ asked
        best = np.argsort(-alike, kind="stable")[:_LOOKED_AT]
        return Near(float(alike[best[:_AGREE]].mean()), *self._most_like([(float(alike[n]), int(n)) for n in best]))

    def _most_like(self, alike: Sequence[tuple[float, int]]) -> tuple[Unanswerable, float]:
        """The closest question of the line whose closest two are closest, and how close they are."""
        by_line: dict[int, list[tuple[float, int]]] = {}
        for score, row in alike:
            by_line.setdefault(self.questions[row].line, []).append((score, row))

        def close(found: list[tuple[float, int]]) -> float:
            return sum(score for score, _ in found[:_SAME]) / _SAME  # one alone has nobody who agrees

        found = max(by_line.values(), key=close)
        return self.questions[found[0][1]], close(found)


class AnswerableIndex:
    """The predicted questions; `passage_ids` says of each which passage answers it."""

    def __init__(self, folder: Path, passage_ids: Sequence[str]) -> None:
        self._vectors = _read(folder)
        self._of: dict[str, list[int]] = {}
        for n, passage_id in enumerate(passage_ids):
            self._of.setdefault(passage_id, []).append(n)

    def closest(self, asked: Vector, passage_ids: Iterable[str]) -> float:
        """The mean cosine of the three closest of all that these passages answer; 0 when there is none."""
        rows = [n for id_ in dict.fromkeys(passage_ids) for n in self._of.get(id_, ())]
        return float(np.sort(self._vectors[rows] @ asked)[-_AGREE:].mean()) if rows else 0.0


def write_unanswerable(folder: Path, library: Library, questions: Sequence[Unanswerable], model: str) -> None:
    """What `UnanswerableIndex` reads, into an empty folder."""
    (folder / "asked.json").write_text(json.dumps(questions), encoding="utf-8")
    write_asked(folder, library, [one.text for one in questions], model)


def write_asked(folder: Path, library: Library, questions: Sequence[str], model: str) -> None:
    """The vectors that the questions are compared by, in order: what `AnswerableIndex` reads."""
    rows = [library.pooled(asked_key(model, text)) for text in questions]
    np.save(folder / _VECTORS, np.asarray(rows, dtype=np.float16) if rows else np.zeros((0, 0), dtype=np.float16))


def _read(folder: Path) -> Vector:
    return np.asarray(np.load(folder / _VECTORS), dtype=np.float32)
