"""Two ways of scoring the same questions, side by side: the figure of each, and the difference with an interval that pairs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from eval.bootstrap import RESAMPLES, SEED, Estimate, estimate_mean
from eval.train.judge import area
from index.model import Encoded
from index.sentences import sentences
from index.tokens import TokenVectors, write_tokens

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


def paired(name: str, before: Sequence[float], after: Sequence[float]) -> Beside:
    """The means of one value a case."""
    change = estimate_mean([b - a for a, b in zip(before, after, strict=True)])
    return Beside(name, float(np.mean(before)), float(np.mean(after)), change)


def areas(name: str, truth: NDArray[np.bool_], before: Floats, after: Floats) -> Beside:
    """The areas under the curve of two scores of the same cases."""
    return redrawn(name, truth, before, after, area)


def redrawn(
    name: str,
    truth: NDArray[np.bool_],
    before: Floats,
    after: Floats,
    figure: Callable[[Floats, NDArray[np.bool_]], float],
) -> Beside:
    """A figure of all cases together, of two scores of the same cases."""
    rng = np.random.default_rng(SEED)
    draws = (rng.integers(0, len(truth), len(truth)) for _ in range(RESAMPLES))
    gaps = [figure(after[k], truth[k]) - figure(before[k], truth[k]) for k in draws]
    low, high = np.nanpercentile(gaps, [2.5, 97.5])
    one, other = figure(before, truth), figure(after, truth)
    return Beside(name, one, other, Estimate(value=other - one, low=low, high=high, cases=len(truth)))


class Read:
    """Texts and their vectors, with the scores of a question beside each."""

    def __init__(self, encoder: Encodes, texts: Sequence[str], scratch: Path, tell: Callable[[int, int], None]) -> None:
        self.encoder = encoder
        self._texts = encoded(encoder, texts, tell)
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

    def nearest_sentence(self, question: Encoded, place: int, text: str) -> tuple[int, int]:
        """Where in this text, which is `place`'s, the sentence stands whose word pieces match the question best."""
        starts = self.encoder.token_starts(text)
        alike = question.tokens @ self.tokens.of(str(place)).T
        within = [(starts >= first) & (starts < last) for first, last in sentences(text)]
        best = [alike[:, mine].max(1) if mine.any() else np.full(len(alike), -1.0) for mine in within]
        return sentences(text)[int(np.argmax(self.tokens.weights(question) @ np.stack(best, axis=1)))]


def encoded(encoder: Encodes, texts: Sequence[str], tell: Callable[[int, int], None]) -> list[Encoded]:
    """The vectors of each; texts of about one length are encoded together."""
    done: dict[int, Encoded] = {}
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    for at in range(0, len(order), _BATCH):
        batch = order[at : at + _BATCH]
        done |= dict(zip(batch, encoder.encode([texts[n] for n in batch]), strict=True))
        tell(len(done), len(texts))
    return [done[n] for n in range(len(texts))]
