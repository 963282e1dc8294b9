"""Judged cases and their summary -> report.html, report.md and scores.csv."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from eval.bootstrap import Estimate
from eval.faults import MEANING
from eval.figures import BY_NAME, FIGURES, IN_TABLES
from eval.folder import RunFolder, write_text
from eval.holds import holds
from eval.judge import Judged
from eval.opinion.opinions import FIGURES as OPINIONS
from eval.plots import Bar, Series, Span, bars, lines, spans
from eval.show import between, interval, milliseconds, milliseconds_between, number, readable, share
from eval.summary import Row, Summary

TEMPLATES = Path(__file__).parent / "templates"
COLUMNS: tuple[str, ...] = (
    "id",
    "kind",
    "answerable",
    "outcome",
    "verdict",
    "why",
    "groups",
    "groups_found",
    "claims",
    "claims_supported",
)
COLUMNS += ("quotes", "quotes_exact", "reciprocal_rank", "ndcg_10")


def write_reports(folder: RunFolder, judged: Sequence[Judged], summary: Summary) -> None:
    """The same results for three readers: a browser, a text editor, a spreadsheet."""
    told = _told(folder, judged, summary)
    for name in ("report.html", "report.md"):
        write_text(folder.path / name, _templates().get_template(f"{name}.j2").render(told))
    write_text(folder.path / "scores.csv", _spreadsheet(judged))


def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"readable": readable, "ms": milliseconds, "ms_between": milliseconds_between}
    made.globals |= {"number": number, "interval": interval, "share": share, "between": between, "replay": _replay}
    made.tests["in_hit"] = lambda quote, text: holds(text, quote)
    return made


def _told(folder: RunFolder, judged: Sequence[Judged], summary: Summary) -> dict[str, Any]:
    failing = sorted((one for one in judged if one.score.why), key=_by_fault)
    return {
        "summary": summary,
        "groups": [(name, list(figures)) for name, figures in groupby(FIGURES, key=lambda figure: figure.group)],
        "by_name": BY_NAME,
        "columns": IN_TABLES,
        "fault_meaning": MEANING,
        "failing": [(why, list(cases)) for why, cases in groupby(failing, key=lambda one: one.score.why)],
        "inexact": [one for one in judged if one.score.inexact or one.score.unknown_links],
        "plots": {name: Markup(plot) for name, plot in _plots(summary).items()},
        "opinions": OPINIONS,
        "steps": TOLD,
        "settings": json.dumps(folder.read_settings().get("identity", {}), ensure_ascii=False, indent=1),
        "machine": folder.read_settings().get("machine", {}),
    }


def _by_fault(one: Judged) -> tuple[int, str, str]:
    order = list(MEANING)
    return (order.index(one.score.why) if one.score.why else len(order), one.case.kind, one.case.id)


def _plots(summary: Summary) -> dict[str, str]:
    drawn = {"kinds": bars("Share of questions handled rightly, by kind", [_bar(row) for row in summary.by_kind])}
    recall = [_recall(summary, "any", "some evidence"), _recall(summary, "all", "all evidence")]
    if all(series.points for series in recall):
        title = "Evidence among the first passages found"
        drawn["recall"] = lines(title, recall, "passages looked at", "share found", (1, 3, 5, 10))
    if summary.risk:
        curve = Series("answers not right", summary.risk.curve)
        title = "Risk against coverage"
        drawn["risk"] = lines(
            title, [curve], "share of answers kept, surest first", "not right", (0, 0.25, 0.5, 0.75, 1)
        )
        sure = Series("answers right", tuple((b.confidence, b.right) for b in summary.risk.calibration))
        title = "Calibration: how sure the assistant was, and how often right"
        drawn["calibration"] = lines(title, [sure], "confidence", "right", _ticks(summary), diagonal=_is_share(summary))
    if summary.times:
        drawn["time"] = spans("Time for each step of a reply", [_span(*step) for step in summary.times.items()], "ms")
    return drawn


# The steps of a reply as the assistant times them, in their order.
TOLD = {
    "search": "Searching, weighing",
    "draft": "Choosing, writing",
    "verify": "Checking quotations",
    "total": "The whole reply",
}


def _span(step: str, found: dict[str, Estimate]) -> Span:
    half, most = found["p50"].value or 0.0, found["p95"].value or 0.0
    return Span(TOLD.get(step, readable(step)), half, most, f"{half:,.0f} and {most:,.0f} ms")


def _recall(summary: Summary, which: str, name: str) -> Series:
    found = [(k, summary.headline[f"{which}_gold_recall_{k}"].value) for k in (1, 3, 5, 10)]
    return Series(name, tuple((float(k), value) for k, value in found if value is not None))


def _is_share(summary: Summary) -> bool:
    return summary.risk is not None and all(0 <= b.confidence <= 1 for b in summary.risk.calibration)


def _ticks(summary: Summary) -> tuple[float, ...]:
    """0 to 1 for a probability; the range of the confidences for a score of another kind."""
    if summary.risk is None or _is_share(summary):
        return (0, 0.25, 0.5, 0.75, 1)
    values = [b.confidence for b in summary.risk.calibration]
    return (min(values), max(values)) if max(values) > min(values) else (min(values), min(values) + 1)


def _bar(row: Row) -> Bar:
    found = row.figures["right"]
    return Bar(readable(row.name), found.value or 0.0, found.low, found.high, f"{row.right} of {row.cases}")


def _replay(one: Judged) -> str:
    """The command that asks this question again, as it was asked."""
    if not one.case.history:
        return f"python app.py ask {shlex.quote(one.case.question)} --json"
    turns = json.dumps([message.model_dump() for message in one.case.history], ensure_ascii=False)
    asked = f"python app.py ask {shlex.quote(one.case.question)} --history turns.json --json"
    return f"printf '%s' {shlex.quote(turns)} > turns.json; {asked}"


def _spreadsheet(judged: Sequence[Judged]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([*COLUMNS, "first_gold_rank", "total_ms", "question"])
    writer.writerows(_cells(one) for one in judged)
    return table.getvalue()


def _cells(one: Judged) -> list[object]:
    """A cell that begins like a formula gets a quote mark before it, so that a spreadsheet shows it and runs
    nothing."""
    ranks = [rank for rank in one.score.gold_ranks if rank is not None]
    question = one.case.question
    safe = f"'{question}" if question[0] in "=+-@\t" else question
    own = [getattr(one.score, column) for column in COLUMNS]
    return [*own, min(ranks, default=None), one.score.timings_ms.get("total"), safe]
