"""Does the assistant know when it may be wrong? Risk against coverage, and calibration, from the confidence of replies.

After El-Yaniv and Wiener (2010): the answered cases are put in order of confidence, surest first; at coverage c only
the first share c of them is kept, and the risk is the share of those that is not right. AURC is the mean risk over
all coverages; lower is better. There is no score when replies carry no confidence.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from eval.model import Score

BINS = 5


class Bin(BaseModel):
    """Replies of about the same confidence: how sure they were on average and what share of them was right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confidence: float
    right: float
    cases: int


class Risk(BaseModel):
    """`curve` has (coverage, risk) after each answered case, surest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    aurc: float
    curve: tuple[tuple[float, float], ...]
    calibration: tuple[Bin, ...]


def risk_coverage(scores: Sequence[Score]) -> Risk | None:
    """Over the answered cases that carry a confidence; None when there are none. Equal confidences count as one
    step."""
    sure = sorted(_sureness(scores), key=lambda pair: -pair[0])
    if not sure:
        return None
    curve = tuple(_steps(sure))
    aurc = sum(risk for _, risk in _risks(sure)) / len(sure)
    return Risk(aurc=round(aurc, 6), curve=curve, calibration=_calibration(sure))


def _sureness(scores: Sequence[Score]) -> list[tuple[float, bool]]:
    answered = (score for score in scores if score.outcome in ("answered", "partly_answered"))
    return [(score.confidence, score.verdict == "right") for score in answered if score.confidence is not None]


def _risks(sure: list[tuple[float, bool]]) -> list[tuple[int, float]]:
    """After each case: how many are kept, and the share of them that is not right. Cases of equal confidence are kept
    or dropped together, so each of them gets the risk at the end of their run."""
    ends = {confidence: place for place, (confidence, _) in enumerate(sure, start=1)}
    wrong = [sum(not right for _, right in sure[: ends[confidence]]) / ends[confidence] for confidence, _ in sure]
    return [(ends[confidence], risk) for (confidence, _), risk in zip(sure, wrong, strict=True)]


def _steps(sure: list[tuple[float, bool]]) -> list[tuple[float, float]]:
    return sorted({(round(kept / len(sure), 6), round(risk, 6)) for kept, risk in _risks(sure)})


def _calibration(sure: list[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Bins of equal size, least sure first."""
    size = -(-len(sure) // BINS)
    ordered = sure[::-1]
    return tuple(_bin(ordered[start : start + size]) for start in range(0, len(ordered), size))


def _bin(part: list[tuple[float, bool]]) -> Bin:
    mean = sum(confidence for confidence, _ in part) / len(part)
    return Bin(confidence=round(mean, 6), right=round(sum(r for _, r in part) / len(part), 6), cases=len(part))
