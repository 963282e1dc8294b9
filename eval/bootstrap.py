"""How far a figure could be off by the luck of which cases were drawn: percentile bootstrap intervals (Efron and
Tibshirani, 1993). Cases are drawn with replacement 2,000 times with a fixed seed; the interval holds the middle 95 %
of the results.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from eval.figures import Figure, Pair, value
from eval.model import Score

RESAMPLES = 2000
SEED = 20240917
Floats = NDArray[np.float64]


class Estimate(BaseModel):
    """A figure with its 95 % interval; `cases` had a say in it. All None when there is no score."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None
    low: float | None = None
    high: float | None = None
    cases: int = 0


def estimate(figure: Figure, scores: Sequence[Score]) -> Estimate:
    """The figure over these cases with its interval."""
    return estimate_pairs([pair for score in scores if (pair := figure.pair(score)) is not None])


def estimate_pairs(pairs: Sequence[Pair]) -> Estimate:
    """The sum of the first over the sum of the second, with its interval; no score when the second sum is 0."""
    whole = sum(pair[1] for pair in pairs)
    if not whole:
        return Estimate(value=None)
    parts = np.array(pairs, dtype=np.float64)
    low, high = _interval(_ratios(parts, _draws(len(parts))))
    return Estimate(value=_short(sum(pair[0] for pair in pairs) / whole), low=low, high=high, cases=len(pairs))


def estimate_mean(values: Sequence[float]) -> Estimate:
    """The mean of one value a case, with its interval; no score without values."""
    if not values:
        return Estimate(value=None)
    parts = np.array([(value, 1.0) for value in values], dtype=np.float64)
    low, high = _interval(_ratios(parts, _draws(len(parts))))
    return Estimate(value=_short(float(parts[:, 0].mean())), low=low, high=high, cases=len(values))


def estimate_percentile(values: Sequence[float], percent: float) -> Estimate:
    """A percentile of times, with its interval; no score without values."""
    if not values:
        return Estimate(value=None)
    times = np.array(values, dtype=np.float64)
    low, high = _interval(np.percentile(times[_draws(len(times))], percent, axis=1))
    return Estimate(value=_short(float(np.percentile(times, percent))), low=low, high=high, cases=len(times))


def estimate_difference(figure: Figure, before: Sequence[Score], after: Sequence[Score]) -> Estimate:
    """After minus before, over the same cases in the same order. Both sides are drawn together, so what they share
    cancels out and the interval is narrower than those of the two figures."""
    first, second = value(figure, before), value(figure, after)
    if first is None or second is None:
        return Estimate(value=None)
    one, two = _padded(figure, before), _padded(figure, after)
    said = int(((one[:, 1] > 0) | (two[:, 1] > 0)).sum())
    draws = _draws(len(one))
    low, high = _interval(_ratios(two, draws) - _ratios(one, draws))
    return Estimate(value=_short(second - first), low=low, high=high, cases=said)


def _padded(figure: Figure, scores: Sequence[Score]) -> Floats:
    return np.array([figure.pair(score) or (0.0, 0.0) for score in scores], dtype=np.float64).reshape(-1, 2)


def _draws(size: int) -> NDArray[np.int64]:
    return np.random.default_rng(SEED).integers(0, size, (RESAMPLES, size))


def _ratios(parts: Floats, draws: NDArray[np.int64]) -> Floats:
    """One ratio a resample; nan where the resample has no case with a say."""
    over, under = parts[draws, 0].sum(axis=1), parts[draws, 1].sum(axis=1)
    ratios: Floats = np.divide(over, under, out=np.full(len(draws), np.nan), where=under > 0)
    return ratios


def _interval(results: Floats) -> tuple[float | None, float | None]:
    if np.isnan(results).all():
        return None, None
    low, high = np.nanpercentile(results, [2.5, 97.5])
    return _short(float(low)), _short(float(high))


def _short(number: float) -> float:
    """Six decimals: enough for any reader, and the same on every machine."""
    return round(number, 6) + 0.0
