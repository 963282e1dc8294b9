"""What an encoder of passages is worth beside the untrained one: the same figures from the same cases, paired.

Over the shelf: where the evidence of a case ranks among all passages when nobody predicted a question, by late interaction and
by pooled vectors alone. Over public sets: how often the sentence that answers is the nearest of its passage, and how well the
scores tell a passage that answers from one that does not.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from eval.bootstrap import SEED
from eval.errors import EvalError
from eval.holds import holds
from eval.model import Case
from eval.train.beside import Beside, Encodes, Floats, Read, Tell, areas, encoded, paired
from eval.train.pairs import APART, Row, apart, read_rows
from eval.train.shelf import shelf_of
from index.sentences import sentences


def over_the_shelf(
    cases: Sequence[Case], corpus: Path, encoders: Mapping[str, Encodes], scratch: Path, tell: Tell
) -> list[Beside]:
    """Cases without a conversation before them whose evidence stands in one passage or more; `encoders` are the untrained one
    and the trained one. Raises EvalError when there is no such case."""
    shelf = shelf_of(corpus)
    gold = {
        case.id: [n for n, (passage, _) in enumerate(shelf) if any(holds(passage.text, q) for q in case.gold_quotes)]
        for case in cases
        if case.answerable and not case.history
    }
    asked = [case for case in cases if gold.get(case.id)]
    if not asked:
        raise EvalError("No case has its evidence in a passage and stands without a conversation before it.")
    ranks: dict[str, dict[str, list[int]]] = {}
    for name, encoder in encoders.items():
        read = Read(encoder, [text for _, text in shelf], scratch / name, partial(tell, f"{name}: shelf"))
        for case in asked:
            (question,) = encoder.encode([case.question])
            for way, scores in read.scores(question, range(len(shelf))).items():
                best = min(int((scores > scores[n]).sum()) + 1 for n in gold[case.id])
                ranks.setdefault(way, {}).setdefault(name, []).append(best)
    figures: tuple[tuple[str, Callable[[int], float]], ...] = (
        ("evidence first", lambda rank: float(rank == 1)),
        ("among five", lambda rank: float(rank <= 5)),
        ("reciprocal rank", lambda rank: 1 / rank),
    )
    return [
        paired(f"{name}, {way}", *([figure(rank) for rank in one] for one in by_encoder.values()))
        for way, by_encoder in ranks.items()
        for name, figure in figures
    ]


def over_sets(
    files: Sequence[Path], encoders: Mapping[str, Encodes], most: int, scratch: Path, tell: Tell
) -> list[Beside]:
    """Of the questions of public sets that were kept apart, `most` of a set at most, drawn by lot: whether the sentence nearest to
    a question (late interaction) is the one in which the answer begins, and the area under the curve of either score between
    passages that answer and passages that do not."""
    rows = [row for file in files for row in drawn_from(file, most)]
    spots = [row for row in rows if row.label and row.span and len(sentences(row.p)) > 2]
    texts = list(dict.fromkeys(row.p for row in rows))
    truth = np.array([bool(row.label) for row in rows])
    pointed: list[list[float]] = []
    scored: dict[str, list[Floats]] = {}
    for name, encoder in encoders.items():
        read = Read(encoder, texts, scratch / name, partial(tell, f"{name}: sets"))
        place = {text: n for n, text in enumerate(texts)}
        questions = dict(zip(rows, encoded(encoder, [row.q for row in rows], lambda *_: None), strict=True))
        nearest = [read.nearest_sentence(questions[row], place[row.p], row.p) for row in spots]
        pointed.append([float(begins_in(row, where)) for row, where in zip(spots, nearest, strict=True)])
        scores = [read.scores(questions[row], [place[row.p]]) for row in rows]
        for way in scores[0] if scores else ():
            scored.setdefault(way, []).append(np.array([float(one[way][0]) for one in scores]))
    found = [paired("the nearest sentence answers", *pointed)] if spots else []
    return [*found, *(areas(f"answers or not, {way}", truth, *two) for way, two in scored.items())]


def drawn_from(file: Path, most: int) -> list[Row]:
    """Rows of a set that are kept apart from learning, this many at most, drawn by lot."""
    rows = list(dict.fromkeys(row for row in read_rows(file) if apart(row.q, APART)))
    random.Random(SEED).shuffle(rows)
    return rows[:most]


def begins_in(row: Row, sentence: tuple[int, int]) -> bool:
    """Whether the answer begins there."""
    return row.span is not None and sentence[0] <= row.span[0] < sentence[1]
