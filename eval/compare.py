"""Two runs over the same cases -> what changed: paired differences with intervals, and the cases that flipped."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from eval.bootstrap import Estimate, estimate_difference
from eval.errors import EvalError
from eval.figures import BY_NAME, FIGURES
from eval.model import Score


class Flip(BaseModel):
    """A case that was right in one run and not in the other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: str
    before: str
    after: str


class Comparison(BaseModel):
    """Differences are after minus before. `left_out` names the cases that only one of the runs has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cases: int
    differences: dict[str, Estimate]
    better: tuple[Flip, ...]
    worse: tuple[Flip, ...]
    left_out: tuple[str, ...]

    def certain(self, name: str) -> bool:
        """Does the interval of the difference leave out 0?"""
        found = self.differences[name]
        return found.low is not None and found.high is not None and not found.low <= 0 <= found.high

    def improved(self, name: str) -> bool:
        change = self.differences[name].value or 0.0
        return change > 0 if BY_NAME[name].better == "higher" else change < 0


def compare(before: Sequence[Score], after: Sequence[Score]) -> Comparison:
    """Over the cases both runs have; there must be at least one."""
    old, new = {score.id: score for score in before}, {score.id: score for score in after}
    shared = [score.id for score in before if score.id in new]
    if not shared:
        raise EvalError("The two runs have no case in common; compare runs over the same cases.")
    pairs = [(old[name], new[name]) for name in shared]
    return Comparison(
        cases=len(shared),
        differences={f.name: estimate_difference(f, [a for a, _ in pairs], [b for _, b in pairs]) for f in FIGURES},
        better=tuple(_flip(a, b) for a, b in pairs if b.verdict == "right" != a.verdict),
        worse=tuple(_flip(a, b) for a, b in pairs if a.verdict == "right" != b.verdict),
        left_out=tuple(sorted(old.keys() ^ new.keys())),
    )


def _flip(before: Score, after: Score) -> Flip:
    return Flip(id=before.id, kind=before.kind, before=_told(before), after=_told(after))


def _told(score: Score) -> str:
    return f"{score.verdict} ({score.why})" if score.why else score.verdict
