"""Does the margin, by the vectors of one run, tell better than by those of another whether a question is answered?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.bootstrap import RESAMPLES, SEED
from eval.errors import EvalError
from eval.folder import RunFolder
from eval.model import Case

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compared:
    """The area under the curve of one run and of the other, and how much the second is above the first, with a 95 %
    interval (paired bootstrap)."""

    questions: int
    one: float
    other: float
    low: float
    high: float


def margins(folder: RunFolder) -> dict[str, float]:
    """Case id -> how much nearer it came to questions that are not answered than to those that are; without the cases in
    which that was not looked at."""
    found = {
        outcome.id: outcome.reply.get("trace", {}).get("signs", {}).get("margin") for outcome in folder.read_outcomes()
    }
    return {id_: float(margin) for id_, margin in found.items() if margin is not None}


def compare(cases: Sequence[Case], one: RunFolder, other: RunFolder) -> Compared:
    """Over the cases that both runs looked at. Raises EvalError when they have none of one kind in common."""
    first, second = margins(one), margins(other)
    kept = [case for case in cases if case.id in first and case.id in second]
    truth = np.array([case.answerable for case in kept], dtype=bool)
    if not truth.any() or truth.all():
        raise EvalError(
            "The two runs have no answerable or no unanswerable case in common that was compared with others."
        )
    a, b = (np.array([-found[case.id] for case in kept]) for found in (first, second))
    rng = np.random.default_rng(SEED)
    draws = (rng.integers(0, len(kept), len(kept)) for _ in range(RESAMPLES))
    gaps = [area(b[k], truth[k]) - area(a[k], truth[k]) for k in draws]
    low, high = np.nanpercentile(gaps, [2.5, 97.5])
    return Compared(len(kept), area(a, truth), area(b, truth), float(low), float(high))


def area(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: how often a true one stands above a false one; ties count half. Not a number where there
    are none of one kind."""
    below = np.sort(scores[~truth])
    if not len(below) or len(below) == len(scores):
        return float("nan")
    under = np.searchsorted(below, scores[truth], "left") + np.searchsorted(below, scores[truth], "right")
    return float(under.mean() / 2 / len(below))
