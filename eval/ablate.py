"""What each part of search is worth: the cases asked with every part on, and with each one off, with and without the predicted
questions. Retrieval only: nothing is drafted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.assistant import Assistant
from assistant.model import Turn
from eval.bootstrap import Estimate, estimate_mean
from eval.folder import write_json, write_text
from eval.model import Case
from eval.reply import FoundHit, Reply
from eval.retrieval import any_within, gold_ranks, reciprocal_rank
from eval.show import readable
from index.search import Searcher
from index.settings import SearchSettings

_PLAIN = {"spelling": False, "abbreviations": False, "named": False}

# The settings of each way of searching; every one is asked with and without predicted questions.
WAYS: dict[str, dict[str, Any]] = {
    "everything": {},
    "without dense": {"dense": False},
    "without BM25": {"lexical": False},
    "without the closer look": {"rerank": "none"},
    "without spelling": {"spelling": False},
    "without abbreviations": {"abbreviations": False},
    "without names and sources": {"named": False},
    "BM25 alone": {"dense": False, "rerank": "none", **_PLAIN},
    "dense alone": {"lexical": False, "rerank": "none", **_PLAIN},
}
FIGURES = ("first", "among five", "reciprocal rank")


class Row(BaseModel):
    """One way of searching. `change` is its difference to everything on, paired by case; `kinds` holds the same figures by
    kind of case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    questions: bool
    figures: dict[str, Estimate]
    change: dict[str, Estimate]
    kinds: dict[str, dict[str, Estimate]]


def ablate(cases: Sequence[Case], assistant: Assistant, tell: Callable[[str, int, int], None]) -> list[Row]:
    """Cases without gold quotes have no say."""
    judged = [case for case in cases if case.answerable and case.gold_quotes]
    rows: list[Row] = []
    full: list[tuple[float, ...]] = []
    for questions in (True, False):
        for name, settings in WAYS.items():
            asked = _other(assistant, {**settings, "questions": questions})
            found = []
            for done, case in enumerate(judged, start=1):
                found.append(found_by(asked, case))
                tell(f"{name}{'' if questions else ', no predicted questions'}", done, len(judged))
            full = full or found
            rows.append(_row(name, questions, judged, found, full))
    return rows


def _other(assistant: Assistant, changes: dict[str, Any]) -> Assistant:
    """The same index searched under other settings; questions that were encoded once stay so."""
    mine = assistant.searcher
    settings = SearchSettings.model_validate(mine.settings.model_dump() | changes)
    searcher = Searcher(mine.parts, mine.shelf, settings, mine.weights)
    searcher.encode = mine.encode
    return Assistant(searcher, assistant.settings)


def found_by(assistant: Assistant, case: Case) -> tuple[float, ...]:
    """The `FIGURES` of one case: whether its evidence is first, among the first five, and one over its rank."""
    hits = assistant.hits_for(case.question, [Turn(turn.role, turn.content) for turn in case.history])
    shown = tuple(FoundHit(source_id=hit.passage.source_id, rank=hit.rank, text=hit.passage.text) for hit in hits)
    ranks = gold_ranks(case, Reply(outcome="answered", hits=shown))
    return float(any_within(ranks, 1) or 0), float(any_within(ranks, 5) or 0), reciprocal_rank(ranks) or 0.0


def _row(
    name: str,
    questions: bool,
    cases: Sequence[Case],
    found: Sequence[tuple[float, ...]],
    full: Sequence[tuple[float, ...]],
) -> Row:
    kinds: dict[str, list[tuple[float, ...]]] = {}
    for case, one in zip(cases, found, strict=True):
        kinds.setdefault(case.kind, []).append(one)
    changes = [tuple(a - b for a, b in zip(one, other, strict=True)) for one, other in zip(found, full, strict=True)]
    return Row(
        name=name,
        questions=questions,
        figures=means(found),
        change=means(changes),
        kinds={kind: means(ones) for kind, ones in sorted(kinds.items())},
    )


def means(found: Sequence[tuple[float, ...]]) -> dict[str, Estimate]:
    """`FIGURES` over the cases, with their intervals."""
    return {name: estimate_mean([one[n] for one in found]) for n, name in enumerate(FIGURES)}


def write_ablation(rows: Sequence[Row], cases: str, out: Path) -> None:
    """`ablation.json`, and `ablation.md` for people."""
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / "ablation.json", {"cases": cases, "rows": [row.model_dump(mode="json") for row in rows]})
    write_text(out / "ablation.md", _as_markdown(rows, cases))


def _as_markdown(rows: Sequence[Row], cases: str) -> str:
    count = rows[0].figures["first"].cases
    lines = [
        f"# Parts of search, on {count} questions of {cases}",
        "",
        "95 % intervals in brackets; changes are paired.",
        "",
    ]
    lines += [
        "| way of searching | predicted questions | first | among five | change in first |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        first, five = (share(row.figures[name]) for name in FIGURES[:2])
        lines.append(f"| {row.name} | {_yes(row)} | {first} | {five} | {share(row.change['first'], sign=True)} |")
    kinds = list(rows[0].kinds)
    head = [f"{readable(kind)} ({rows[0].kinds[kind]['first'].cases})" for kind in kinds]
    lines += ["", "First, by kind (number of questions):", "", f"| | predicted questions | {' | '.join(head)} |"]
    lines.append("|---|---" + "|---" * len(kinds) + "|")
    for row in rows:
        lines.append(f"| {row.name} | {_yes(row)} | {' | '.join(share(row.kinds[kind]['first']) for kind in kinds)} |")
    return "\n".join(lines) + "\n"


def _yes(row: Row) -> str:
    return "with" if row.questions else "without"


def share(found: Estimate, sign: bool = False) -> str:
    """ "78 (71 to 84)" in per cent."""
    if found.value is None or found.low is None or found.high is None:
        return "no score"
    plus = "+" if sign else ""
    return f"{100 * found.value:{plus}.0f} ({100 * found.low:{plus}.0f} to {100 * found.high:{plus}.0f})"
