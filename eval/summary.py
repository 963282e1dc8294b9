"""Scores -> the summary: headline figures with intervals, the same by kind and by source, faults, times and
cautions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from eval.bootstrap import Estimate, estimate, estimate_percentile
from eval.figures import FIGURES, IN_TABLES
from eval.model import Kind, Score
from eval.opinion.opinions import Opinions
from eval.risk import Risk, risk_coverage
from eval.show import readable

SMALL = 20


class SummaryPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True)


class Row(SummaryPart):
    """The cases of one kind, or those that rest on one source."""

    name: str
    cases: int
    right: int
    partly: int
    wrong: int
    figures: dict[str, Estimate]

    @property
    def small(self) -> bool:
        return self.cases < SMALL


class Summary(SummaryPart):
    """`summary.json`. Times are in milliseconds; figures are shares from 0 to 1; null is "no score"."""

    schema_: Literal["common-ground/eval/1"] = Field(default="common-ground/eval/1", alias="schema")
    cases: int
    cases_digest: str = ""
    verdicts: dict[str, int]
    outcomes: dict[str, int]
    headline: dict[str, Estimate]
    times: dict[str, dict[str, Estimate]]
    by_kind: tuple[Row, ...]
    by_source: tuple[Row, ...]
    faults: dict[str, int]
    unknown_links: int
    risk: Risk | None
    cautions: tuple[str, ...]
    judge: Opinions | None = None


def summarise(scores: Sequence[Score], digest: str = "", judge: Opinions | None = None) -> Summary:
    """Everything the report says, from the scores alone: the same scores give the same summary to the byte."""
    sources = sorted({source for score in scores for source in score.sources})
    by_kind = _rows(scores, get_args(Kind), lambda score: (score.kind,))
    return Summary(
        cases=len(scores),
        cases_digest=digest,
        verdicts=_counted(score.verdict for score in scores),
        outcomes=_counted(score.outcome for score in scores),
        headline={figure.name: estimate(figure, scores) for figure in FIGURES},
        times=_times(scores),
        by_kind=by_kind,
        by_source=_rows(scores, sources, lambda score: score.sources),
        faults=_counted(score.why for score in scores if score.why),
        unknown_links=sum(len(score.unknown_links) for score in scores),
        risk=risk_coverage(scores),
        cautions=_cautions(by_kind),
        judge=judge,
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def _rows(scores: Sequence[Score], names: Iterable[str], of: Callable[[Score], Sequence[str]]) -> tuple[Row, ...]:
    parts = ((name, [score for score in scores if name in of(score)]) for name in names)
    return tuple(_row(name, part) for name, part in parts if part)


def _row(name: str, scores: Sequence[Score]) -> Row:
    verdicts = Counter(score.verdict for score in scores)
    return Row(
        name=name,
        cases=len(scores),
        right=verdicts["right"],
        partly=verdicts["partly"],
        wrong=verdicts["wrong"],
        figures={figure.name: estimate(figure, scores) for figure in IN_TABLES.values()},
    )


def _times(scores: Sequence[Score]) -> dict[str, dict[str, Estimate]]:
    """Median and 95th percentile of each step in the order they are taken, in milliseconds."""
    steps = dict.fromkeys(step for score in scores for step in score.timings_ms)
    return {step: _of_step([s.timings_ms[step] for s in scores if step in s.timings_ms]) for step in steps}


def _of_step(times: Sequence[float]) -> dict[str, Estimate]:
    return {"p50": estimate_percentile(times, 50), "p95": estimate_percentile(times, 95)}


def _cautions(by_kind: Sequence[Row]) -> tuple[str, ...]:
    small = [f"{readable(row.name)} ({row.cases})" for row in by_kind if row.small]
    if not small:
        return ()
    return (f"Kinds with fewer than {SMALL} cases say little on their own: {', '.join(small)}.",)
