"""What a reader of question and passage together learns: whether the passage answers and, where that is known, where the answer
begins. Of each pair both are learnt at once; where nothing answers, the answer begins nowhere."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from eval.train.asked import Pair
from eval.train.judge import area
from eval.train.loop import Recipe
from eval.train.reader import Reader, Told, piece_at
from index.embedding import dtype_here

_POOL = 40  # batches of which those of about one length are put together
_POINTING = 0.5  # what pointing at the answer counts beside telling whether there is one


class Answerable:
    """Pairs to learn from, and pairs kept apart."""

    def __init__(self, reader: Reader, recipe: Recipe, pairs: Sequence[Pair], kept_apart: Sequence[Pair]) -> None:
        self.reader, self.recipe, self.pairs, self.kept_apart = reader, recipe, pairs, kept_apart

    def batches(self, turn: int) -> Iterator[list[Pair]]:
        drawn = random.Random(self.recipe.seed * 1000 + turn)
        mixed, size = list(self.pairs), self.recipe.size
        drawn.shuffle(mixed)
        for at in range(0, len(mixed), size * _POOL):
            pool = sorted(mixed[at : at + size * _POOL], key=lambda pair: len(pair.passage))
            cut = [pool[n : n + size] for n in range(0, len(pool) - size + 1, size)]
            drawn.shuffle(cut)
            yield from cut

    def loss(self, batch: Sequence[Pair], drawn: random.Random) -> Tensor:
        told, begins = self._read(batch)
        answers = torch.tensor([float(pair.answers) for pair in batch])
        known = torch.tensor([n >= 0 for n in begins])
        loss = F.binary_cross_entropy_with_logits(told.answers, answers)
        if known.any():
            loss = loss + _POINTING * F.cross_entropy(told.begins[known], torch.tensor(begins)[known])
        return loss

    def _read(self, batch: Sequence[Pair]) -> tuple[Told, list[int]]:
        """What is said of the pairs, and where each answer begins: 0 for nowhere, -1 where it is not known."""
        coded = self.reader.code([pair.question for pair in batch], [pair.passage for pair in batch])
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype_here() == "bfloat16"):
            told = self.reader(coded)
        return told, [_begins(coded, n, pair) for n, pair in enumerate(batch)]

    def look(self) -> dict[str, float]:
        """On what was kept apart: the area under the curve of all, of each kind that does not answer against all that do; how
        often the likeliest beginning is the right one; and the loss of telling."""
        scores, found = self._scores(self.kept_apart)
        return _figures(self.kept_apart, scores) | ({"begins": sum(found) / len(found)} if found else {})

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """The log odds of each."""
        self.reader.eval()
        with torch.inference_mode():
            return self._scores(pairs)[0]

    def _scores(self, pairs: Sequence[Pair]) -> tuple[list[float], list[bool]]:
        scores: list[float] = []
        found: list[bool] = []
        for at in range(0, len(pairs), self.recipe.size):
            told, begins = self._read(pairs[at : at + self.recipe.size])
            scores += told.answers.tolist()
            likeliest = told.begins[:, 1:].argmax(1) + 1
            found += [int(a) == b for a, b in zip(likeliest, begins, strict=True) if b > 0]
        return scores, found


def _begins(coded: Any, n: int, pair: Pair) -> int:
    if not pair.answers:
        return 0
    place = piece_at(coded, n, pair.span[0]) if pair.span else None
    return -1 if place is None else place


def _figures(pairs: Sequence[Pair], scores: Sequence[float]) -> dict[str, float]:
    if not pairs:
        return {}
    odds, truth = np.array(scores), np.array([pair.answers for pair in pairs])
    kinds = Counter(pair.kind for pair in pairs if not pair.answers)
    figures = {"held_out_loss": float(np.logaddexp(0, np.where(truth, -odds, odds)).mean()), "area": area(odds, truth)}
    for kind in sorted(kinds):
        mine = truth | np.array([pair.kind == kind for pair in pairs])
        figures[f"area, {kind}"] = area(odds[mine], truth[mine])
    return {name: figure for name, figure in figures.items() if figure == figure}


def temperature(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """What the log odds are to be divided by so that they mean what they say (Guo and others, ICML 2017): the one of the least
    loss. 1 where there are none to tell by."""
    if not len(set(truth)) == 2:
        return 1.0
    odds, sign = np.array(scores), np.where(np.array(truth), -1.0, 1.0)
    tried = np.geomspace(0.2, 10, 400)
    return float(tried[np.argmin([np.logaddexp(0, sign * odds / t).mean() for t in tried])])


def miscalibration(scores: Sequence[float], truth: Sequence[bool], temperature: float) -> float:
    """How far the chances are from the share that answers, on average over tenths of the chance (expected calibration error:
    Naeini, Cooper and Hauskrecht, AAAI 2015); 0 without pairs."""
    chances = 1 / (1 + np.exp(-np.array(scores) / temperature))
    tenth, right = np.minimum((chances * 10).astype(int), 9), np.array(truth, dtype=float)
    gaps = [abs((right[tenth == n] - chances[tenth == n]).sum()) for n in range(10)]
    return float(sum(gaps) / max(1, len(right)))
