"""Outcomes -> scores.jsonl, summary.json, scores.csv and the reports. Asks nobody, so it can be repeated at will."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.folder import RunFolder, write_json, write_lines
from eval.judge import Judged, judge_all
from eval.load import cases_digest, question_digests
from eval.model import Case
from eval.opinion.opinions import Opinions
from eval.report import write_reports
from eval.sources import Sources
from eval.summary import Summary, summarise

Opines = Callable[[Sequence[Judged]], Opinions]


def score(cases: Sequence[Case], folder: RunFolder, sources: Sources, opine: Opines | None = None) -> Summary:
    """Judges every case and writes the results into the folder, with a model's opinion where `opine` gives one."""
    folder.mend_torn_line()
    folder.refuse_changed(question_digests(cases))
    judged = judge_all(cases, folder.read_outcomes(), sources)
    summary = summarise([one.score for one in judged], cases_digest(cases), opine(judged) if opine else None)
    _write(folder, judged, summary)
    return summary


def _write(folder: RunFolder, judged: Sequence[Judged], summary: Summary) -> None:
    write_lines(folder.scores, [one.score for one in judged])
    write_json(folder.summary, summary.model_dump(mode="json"))
    write_reports(folder, judged, summary)
