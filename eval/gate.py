"""Is this run good enough to stand beside the baseline? Floors that hold always, and no drop beyond the interval."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from eval.bootstrap import Estimate
from eval.errors import EvalError
from eval.figures import FIGURES, Figure
from eval.summary import Summary

SLACK = 1e-9


def read_summary(path: Path) -> Summary:
    """A summary.json, or the one inside a run folder."""
    file = path / "summary.json" if path.is_dir() else path
    if not file.is_file():
        raise EvalError(f"{file} is not there; expected the summary.json of a run.")
    try:
        return Summary.model_validate_json(file.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise EvalError(f"{file} is not the summary of a run: field {field}: {first['msg']}") from error


def faults(baseline: Summary, run: Summary) -> list[str]:
    """What speaks against the run, a sentence each; empty when it passes."""
    return [*_below_floor(run), *_other_cases(baseline, run), *_drops(baseline, run)]


def _below_floor(run: Summary) -> list[str]:
    found = []
    exact = run.headline["quote_exactness"].value
    if exact is not None and exact < 1:
        found.append(f"Quotes word for word: {exact:.2%}, the floor is 100 %.")
    if run.unknown_links:
        found.append(f"Links or marks that lead to no source: {run.unknown_links}, the floor is none.")
    return found


def _other_cases(baseline: Summary, run: Summary) -> list[str]:
    if baseline.cases_digest == run.cases_digest:
        return []
    return ["The cases are not those of the baseline; make a new baseline from a run over these cases."]


def _drops(baseline: Summary, run: Summary) -> list[str]:
    told = (_drop(figure, baseline.headline.get(figure.name), run.headline.get(figure.name)) for figure in FIGURES)
    return [line for line in told if line]


def _drop(figure: Figure, before: Estimate | None, after: Estimate | None) -> str | None:
    """A figure the baseline does not have cannot drop; one that lost its score has."""
    if before is None or before.value is None or before.low is None or before.high is None:
        return None
    if after is None or after.value is None:
        return f"{figure.label}: no score any more; the baseline has {before.value:.3f}."
    worse = after.value < before.low - SLACK if figure.better == "higher" else after.value > before.high + SLACK
    interval = f"{before.value:.3f} ({before.low:.3f} to {before.high:.3f})"
    return f"{figure.label}: {after.value:.3f}, outside the baseline's {interval}." if worse else None
