"""What an encoder of passages is worth beside the untrained one: the same figures from the same cases, paired.

Over the shelf: where the evidence of a case ranks among all passages when nobody predicted a question, by late interaction and
by pooled vectors alone. Over public sets: how often the sentence that answers is the nearest of its passage, and how well the
scores tell a passage that answers from one that does not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from eval.bootstrap import RESAMPLES, SEED, Estimate, estimate_mean
from eval.errors import EvalError
from eval.holds import holds
from eval.model import Case
from eval.train.judge import area
from eval.train.pairs import APART, Row, apart, read_rows
from index.build import embedded_text
from index.model import Encoded
from index.sentences import sentences
from index.settings import SplitSettings
from index.split import passages_of
from index.tokens import TokenVectors, write_tokens
from ingest import load_catalogue, read_file, scan

Floats = NDArray[np.float64]
Tell = Callable[[str, int, int], None]
_BATCH = 8


class Encodes(Protocol):
    def encode(self, texts: Sequence[str]) -> list[Encoded]: ...

    def token_starts(self, text: str) -> NDArray[np.int32]: ...


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure untrained and trained, and the difference with a 95 % interval (paired bootstrap)."""

    name: str
    untrained: float
    trained: float
    change: Estimate


def _paired(name: str, before: Sequence[float], after: Sequence[float]) -> Beside:
    change = estimate_mean([b - a for a, b in zip(before, after, strict=True)])
    return Beside(name, float(np.mean(before)), float(np.mean(after)), change)


class Read:
    """Texts and their vectors, with the scores of a question beside each."""

    def __init__(self, encoder: Encodes, texts: Sequence[str], scratch: Path, tell: Callable[[int, int], None]) -> None:
        self.encoder = encoder
        self._texts = _encoded(encoder, texts, tell)
        ids = {str(n): str(n) for n in range(len(texts))}
        scratch.mkdir(parents=True)
        rows = [np.rint(one.tokens * 127).astype(np.int8) for one in self._texts]
        width = len(self._texts[0].pooled)
        write_tokens(scratch, lambda key: (self._texts[int(key)].token_ids, rows[int(key)]), ids, width)
        self.tokens = TokenVectors(scratch)
        self.pooled = np.stack([one.pooled for one in self._texts])

    def scores(self, question: Encoded, among: Sequence[int]) -> dict[str, Floats]:
        """By late interaction and by pooled vectors, in the order of `among`."""
        late = self.tokens.scores(question, [str(n) for n in among])
        return {
            "late interaction": np.array([late[str(n)] for n in among], dtype=np.float64),
            "pooled vectors": np.asarray(self.pooled[list(among)] @ question.pooled, dtype=np.float64),
        }


def _encoded(encoder: Encodes, texts: Sequence[str], tell: Callable[[int, int], None]) -> list[Encoded]:
    done: dict[int, Encoded] = {}
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    for at in range(0, len(order), _BATCH):
        batch = order[at : at + _BATCH]
        done |= dict(zip(batch, encoder.encode([texts[n] for n in batch]), strict=True))
        tell(len(done), len(texts))
    return [done[n] for n in range(len(texts))]


def over_the_shelf(
    cases: Sequence[Case], corpus: Path, encoders: Mapping[str, Encodes], scratch: Path, tell: Tell
) -> list[Beside]:
    """Cases without a conversation before them whose evidence stands in one passage or more; `encoders` are the untrained one
    and the trained one. Raises EvalError when there is no such case."""
    catalogue = load_catalogue(corpus)
    documents = [read_file(found, catalogue) for found in scan(corpus, catalogue).found]
    split = [(document, passage) for document in documents for passage in passages_of(document, SplitSettings())]
    gold = {
        case.id: [n for n, (_, passage) in enumerate(split) if any(holds(passage.text, q) for q in case.gold_quotes)]
        for case in cases
        if case.answerable and not case.history
    }
    asked = [case for case in cases if gold.get(case.id)]
    if not asked:
        raise EvalError("No case has its evidence in a passage and stands without a conversation before it.")
    ranks: dict[str, dict[str, list[int]]] = {}
    for name, encoder in encoders.items():
        texts = [embedded_text(document, passage) for document, passage in split]
        read = Read(encoder, texts, scratch / name, partial(tell, f"{name}: shelf"))
        for case in asked:
            (question,) = encoder.encode([case.question])
            for way, scores in read.scores(question, range(len(split))).items():
                best = min(int((scores > scores[n]).sum()) + 1 for n in gold[case.id])
                ranks.setdefault(way, {}).setdefault(name, []).append(best)
    figures: tuple[tuple[str, Callable[[int], float]], ...] = (
        ("evidence first", lambda rank: float(rank == 1)),
        ("among five", lambda rank: float(rank <= 5)),
        ("reciprocal rank", lambda rank: 1 / rank),
    )
    return [
        _paired(f"{name}, {way}", *([figure(rank) for rank in one] for one in by_encoder.values()))
        for way, by_encoder in ranks.items()
        for name, figure in figures
    ]


def over_sets(
    files: Sequence[Path], encoders: Mapping[str, Encodes], most: int, scratch: Path, tell: Tell
) -> list[Beside]:
    """Of the questions of public sets that were kept apart, `most` of a set at most, drawn by lot: whether the sentence nearest to
    a question (late interaction) is the one in which the answer begins, and the area under the curve of either score between
    passages that answer and passages that do not."""
    rows = [row for file in files for row in _drawn(file, most)]
    spots = [row for row in rows if row.label and row.span and len(sentences(row.p)) > 2]
    texts = list(dict.fromkeys(row.p for row in rows))
    truth = np.array([bool(row.label) for row in rows])
    pointed: list[list[float]] = []
    scored: dict[str, list[Floats]] = {}
    for name, encoder in encoders.items():
        read = Read(encoder, texts, scratch / name, partial(tell, f"{name}: sets"))
        place = {text: n for n, text in enumerate(texts)}
        questions = dict(zip(rows, _encoded(encoder, [row.q for row in rows], lambda *_: None), strict=True))
        pointed.append([float(_points(read, place[row.p], row, questions[row])) for row in spots])
        scores = [read.scores(questions[row], [place[row.p]]) for row in rows]
        for way in scores[0] if scores else ():
            scored.setdefault(way, []).append(np.array([float(one[way][0]) for one in scores]))
    found = [_paired("the nearest sentence answers", *pointed)] if spots else []
    return [*found, *(_areas(f"answers or not, {way}", truth, *two) for way, two in scored.items())]


def _drawn(file: Path, most: int) -> list[Row]:
    rows = list(dict.fromkeys(row for row in read_rows(file) if apart(row.q, APART)))
    random.Random(SEED).shuffle(rows)
    return rows[:most]


def _points(read: Read, place: int, row: Row, question: Encoded) -> bool:
    """Whether the sentence nearest to the question is the one in which the answer begins."""
    starts = read.encoder.token_starts(row.p)
    alike = read.tokens.weights(question) @ _best_by(question.tokens @ read.tokens.of(str(place)).T, starts, row.p)
    first, last = sentences(row.p)[int(np.argmax(alike))]
    return row.span is not None and first <= row.span[0] < last


def _best_by(alike: NDArray[np.float32], starts: NDArray[np.int32], text: str) -> NDArray[np.float32]:
    """(question's tokens, sentences): the best match in each sentence, -1 where it has no token."""
    within = [(starts >= first) & (starts < last) for first, last in sentences(text)]
    return np.stack([alike[:, mine].max(1) if mine.any() else np.full(len(alike), -1.0) for mine in within], axis=1)


def _areas(name: str, truth: NDArray[np.bool_], before: Floats, after: Floats) -> Beside:
    rng = np.random.default_rng(SEED)
    draws = (rng.integers(0, len(truth), len(truth)) for _ in range(RESAMPLES))
    gaps = [area(after[k], truth[k]) - area(before[k], truth[k]) for k in draws]
    low, high = np.nanpercentile(gaps, [2.5, 97.5])
    one, other = area(before, truth), area(after, truth)
    return Beside(name, one, other, Estimate(value=other - one, low=low, high=high, cases=len(truth)))
