"""What becomes of a document that somebody adds: each source of the shelf in turn as if nobody had written questions for it,
neither those that it answers nor those that it does not. Retrieval only: nothing is drafted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant.assemble import open_assistant, update_index
from assistant.settings import Settings
from eval.ablate import FIGURES, found_by, means, share
from eval.bootstrap import Estimate
from eval.folder import write_json, write_text
from eval.model import Case
from index.questions import QUESTIONS, PredictedQuestions, read_lines
from index.unanswerable import UNANSWERABLE, UnansweredQuestions

Figures = tuple[float, ...]


class Asked(BaseModel):
    """The figures of some cases while the questions of all sources are there (`known`), and without those of one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    known: dict[str, Estimate]
    added: dict[str, Estimate]
    change: dict[str, Estimate]


def added(
    cases: Sequence[Case], settings: Settings, scratch: Path, tell: Callable[[str, int, int], None]
) -> tuple[Asked, Asked]:
    """Of the cases that the added source alone answers, and of all that one or more have no part in, with the mean over
    those. The index of the settings must be up to date; vectors are taken from it."""
    judged = [case for case in cases if case.answerable and case.gold_quotes]
    known = _ask(judged, settings, "all known", tell)
    sources = sorted({source for case in judged for source in case.gold_sources})
    found = {source: _ask(judged, _without(source, settings, scratch / source), source, tell) for source in sources}
    own, others = [], []
    for n, case in enumerate(judged):
        if len(case.gold_sources) == 1:
            own.append((known[n], found[case.gold_sources[0]][n]))
        if apart := [found[source][n] for source in sources if source not in case.gold_sources]:
            others.append((known[n], _mean(apart)))
    return _asked("answered by the document that was added", own), _asked("answered by others", others)


def _ask(cases: Sequence[Case], settings: Settings, name: str, tell: Callable[[str, int, int], None]) -> list[Figures]:
    found = []
    with open_assistant(settings) as assistant:
        for done, case in enumerate(cases, start=1):
            found.append(found_by(assistant, case))
            tell(name, done, len(cases))
    return found


def _mean(found: Sequence[Figures]) -> Figures:
    return tuple(sum(column) / len(found) for column in zip(*found, strict=True))


def _without(source: str, settings: Settings, folder: Path) -> Settings:
    """The settings of a shelf of its own in `folder`, with an index in which nobody wrote questions for the source."""
    paths = settings.paths.model_copy(update={"corpus": folder / "corpus", "data": folder / "data"})
    shutil.copytree(settings.paths.corpus, paths.corpus, ignore=shutil.ignore_patterns(".common-ground"))
    shutil.copytree(settings.paths.data, paths.data)
    _leave_out(source, paths.corpus / QUESTIONS, PredictedQuestions)
    _leave_out(source, paths.corpus / UNANSWERABLE, UnansweredQuestions)
    own = settings.model_copy(update={"paths": paths})
    update_index(own)
    return own


def _leave_out(source: str, file: Path, kind: type[PredictedQuestions] | type[UnansweredQuestions]) -> None:
    left = [line for line in read_lines(file, kind) if line.source != source]
    write_text(file, "".join(line.model_dump_json() + "\n" for line in left))


def _asked(name: str, found: Sequence[tuple[Figures, Figures]]) -> Asked:
    changes = [tuple(b - a for a, b in zip(before, after, strict=True)) for before, after in found]
    return Asked(
        name=name,
        known=means([before for before, _ in found]),
        added=means([after for _, after in found]),
        change=means(changes),
    )


def write_added(asked: Sequence[Asked], cases: str, out: Path) -> None:
    """`added.json`, and `added.md` for people."""
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / "added.json", {"cases": cases, "rows": [one.model_dump(mode="json") for one in asked]})
    write_text(out / "added.md", _as_markdown(asked, cases))


def _as_markdown(asked: Sequence[Asked], cases: str) -> str:
    lines = [
        f"# Each source in turn as a document that was added, on {cases}",
        "",
        "95 % intervals in brackets; changes are paired.",
        "",
        "| questions | | first, all known | first | change | in five, all known | in five |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in asked:
        (before, after, change), (five, five_after, _) = (
            (share(one.known[name]), share(one.added[name]), share(one.change[name], sign=True)) for name in FIGURES[:2]
        )
        count = one.known[FIGURES[0]].cases
        lines.append(f"| {one.name} | {count} | {before} | {after} | {change} | {five} | {five_after} |")
    return "\n".join(lines) + "\n"
