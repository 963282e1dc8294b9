"""What a reader of question and passage together is worth beside scores that nobody trained for it.

Over paragraphs with questions that they answer and questions that they do not (SQuAD 2.0): the area under the curve, and the
mean risk over all coverages. Over the shelf, as if nobody had predicted a question: the best of the five passages that late
interaction puts first, for cases that are answered beside cases that are not, and beside questions off the shelf. Over public
sets: whether the sentence in which it has the answer begin is the right one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from eval.errors import EvalError
from eval.holds import holds
from eval.load import read_lines
from eval.model import Case
from eval.others.squad import Question
from eval.train.beside import Beside, Encodes, Floats, Read, Tell, areas, encoded, paired, redrawn
from eval.train.judge_passages import begins_in, drawn_from
from eval.train.shelf import shelf_of
from index.sentences import sentences

_TOP = 5  # passages of a question that are read
_REFUSED = 0.05  # of the answered questions, where the share of the others that would be answered is looked at


class Reads(Protocol):
    def read(self, question: str, passages: Sequence[str]) -> list[tuple[float, int]]: ...


class Outside(BaseModel):
    """A question that the shelf does not answer, and how far off it is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    tier: str


def read_outside(path: Path) -> list[Outside]:
    """Raises EvalError that names the line."""
    return [one for _, one in read_lines(path, Outside)]


def over_paragraphs(
    asked: Sequence[Question], encoder: Encodes, reader: Reads, scratch: Path, tell: Tell
) -> list[Beside]:
    """Each question with its own paragraph."""
    texts = list(dict.fromkeys(one.paragraph for one in asked))
    read = Read(encoder, texts, scratch, partial(tell, "paragraphs"))
    place = {text: n for n, text in enumerate(texts)}
    questions = encoded(encoder, [one.text for one in asked], partial(tell, "questions"))
    plain = [read.scores(q, [place[one.paragraph]]) for one, q in zip(asked, questions, strict=True)]
    chances = []
    for n, one in enumerate(asked):
        chances.append(reader.read(one.text, [one.paragraph])[0][0])
        tell("read together", n + 1, len(asked))
    truth, after = np.array([bool(one.spans) for one in asked]), np.array(chances)
    before = {way: np.array([float(scores[way][0]) for scores in plain]) for way in plain[0]}
    return [
        *(areas(f"paragraph answers or not, {way}", truth, scores, after) for way, scores in before.items()),
        *(
            redrawn(f"mean risk over coverages, {way}", truth, scores, after, mean_risk)
            for way, scores in before.items()
        ),
    ]


def mean_risk(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """As `eval.risk.aurc` where no two scores are equal, and quick enough to be drawn two thousand times."""
    wrong = np.cumsum(~truth[np.argsort(-scores, kind="stable")])
    return float((wrong / np.arange(1, len(wrong) + 1)).mean())


def over_shelf(
    cases: Sequence[Case],
    outside: Sequence[Outside],
    corpus: Path,
    sources: Sequence[str],
    encoder: Encodes,
    reader: Reads,
    scratch: Path,
    tell: Tell,
) -> list[Beside]:
    """Of these sources alone, or of all; cases that none of them has a part in are left out, and those with a conversation
    before them. Raises EvalError when there is no answered or no unanswered question."""
    texts = [text for _, text in shelf_of(corpus, sources)]
    read = Read(encoder, texts, scratch, partial(tell, "shelf"))
    asked = [*_of_cases(cases, sources), *((one.text, one.tier, False) for one in outside)]
    truth = np.array([answered for _, _, answered in asked], dtype=bool)
    if not truth.any() or truth.all():
        raise EvalError("There must be questions that the shelf answers, and others that it does not.")
    rows = []
    for n, (question, _, _) in enumerate(asked):
        rows.append(_best(question, texts, read, reader))
        tell("questions", n + 1, len(asked))
    kinds = np.array([kind for _, kind, _ in asked])
    return [row for way in rows[0] if way != "read" for row in _by_kind(way, kinds, truth, rows)]


def _by_kind(
    way: str, kinds: NDArray[np.str_], truth: NDArray[np.bool_], rows: Sequence[Mapping[str, float]]
) -> Iterator[Beside]:
    before, after = (np.array([row[name] for row in rows]) for name in (way, "read"))
    for kind in sorted(set(kinds[~truth])):
        mine = truth | (kinds == kind)
        yield areas(f"{kind}: answered or not, {way}", truth[mine], before[mine], after[mine])
        yield redrawn(
            f"{kind}: answered when 5 % of the answerable are refused, {way}",
            truth[mine],
            before[mine],
            after[mine],
            _let_by,
        )


def _let_by(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """The share of the questions without an answer that stand above the lowest twentieth of those with one; not a number where
    there are none of one kind."""
    if truth.all() or not truth.any():
        return float("nan")
    return float((scores[~truth] >= np.quantile(scores[truth], _REFUSED)).mean())


def _of_cases(cases: Sequence[Case], sources: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    for case in cases:
        mine = not sources or set(case.gold_sources) <= set(sources)
        if mine and not case.history and (case.gold_sources or not sources):
            yield case.question, "answered" if case.answerable else case.kind, case.answerable


def _best(question: str, texts: Sequence[str], read: Read, reader: Reads) -> dict[str, float]:
    """The highest of each score among the passages that late interaction puts first; and of the reader's among passages drawn by
    lot, which shows what it takes from the question alone."""
    (asked,) = read.encoder.encode([question])
    scores = read.scores(asked, range(len(texts)))
    first = np.argsort(-scores["late interaction"], kind="stable")[:_TOP]
    told = reader.read(question, [texts[n] for n in first])
    by_lot = reader.read(question, random.Random(question).sample(list(texts), min(_TOP, len(texts))))
    return {way: float(one[first].max()) for way, one in scores.items()} | {
        "the reader beside passages drawn by lot": max(chance for chance, _ in by_lot),
        "read": max(chance for chance, _ in told),
    }


def over_answers(
    files: Sequence[Path], most: int, encoder: Encodes, reader: Reads, scratch: Path, tell: Tell
) -> list[Beside]:
    """Of the questions of public sets that were kept apart, `most` of a set at most, drawn by lot."""
    rows = [row for file in files for row in drawn_from(file, most) if row.label and row.span]
    if not rows:
        return []
    texts = list(dict.fromkeys(row.p for row in rows))
    read = Read(encoder, texts, scratch, partial(tell, "answers"))
    place = {text: n for n, text in enumerate(texts)}
    before, after = [], []
    for n, row in enumerate(rows):
        (question,) = encoder.encode([row.q])
        nearest = read.nearest_sentence(question, place[row.p], row.p)
        (_, at) = reader.read(row.q, [row.p])[0]
        before.append(float(begins_in(row, nearest)))
        after.append(float(begins_in(row, _around(row.p, at))))
        tell("pointing", n + 1, len(rows))
    return [paired("the sentence in which the answer begins", before, after)]


def over_quotes(
    cases: Sequence[Case],
    corpus: Path,
    sources: Sequence[str],
    encoder: Encodes,
    reader: Reads,
    scratch: Path,
    tell: Tell,
) -> list[Beside]:
    """Of the cases that these sources answer, or all: whether the sentence pointed at, in the passage with the evidence, is of it."""
    texts = [text for _, text in shelf_of(corpus, sources)]
    found = [
        (case, place)
        for case in cases
        if case.answerable and not case.history
        for place in [next((n for n, text in enumerate(texts) if any(holds(text, q) for q in case.gold_quotes)), None)]
        if place is not None
    ]
    if not found:
        return []
    read = Read(encoder, texts, scratch, partial(tell, "passages"))
    before, after = [], []
    for n, (case, place) in enumerate(found):
        (question,) = encoder.encode([case.question])
        (_, at) = reader.read(case.question, [texts[place]])[0]
        two = read.nearest_sentence(question, place, texts[place]), _around(texts[place], at)
        one, other = (float(_of_evidence(texts[place][first:last], case)) for first, last in two)
        before.append(one)
        after.append(other)
        tell("quotes", n + 1, len(found))
    return [paired("the sentence of the evidence", before, after)]


def _of_evidence(sentence: str, case: Case) -> bool:
    return any(holds(sentence, quote) or (sentence.strip() and holds(quote, sentence)) for quote in case.gold_quotes)


def _around(text: str, at: int) -> tuple[int, int]:
    return next((one for one in sentences(text) if one[0] <= at < one[1]), (0, 0))


def time_of(reader: Reads, passages: Sequence[str], question: str, rounds: int = 20) -> float:
    """Milliseconds to read these passages beside one question: the median."""

    def once() -> float:
        began = time.perf_counter()
        reader.read(question, passages)
        return (time.perf_counter() - began) * 1000

    return float(np.median([once() for _ in range(rounds)]))
