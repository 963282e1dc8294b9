"""What readers said of answers -> cases to review: nobody's word is taken for gold before somebody has looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from eval.load import read_lines
from eval.model import Case

TO_REVIEW = "To review:"  # in `must_contain`, a case that no answer passes until somebody has looked


class Cited(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    source_id: str
    quotes: tuple[str, ...] = ()


class Said(BaseModel):
    """One line of the file that `web.feedback` names."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    outcome: str
    helpful: bool
    on: str = ""
    reasons: tuple[str, ...] = ()
    words: str = ""
    citations: tuple[Cited, ...] = ()


def cases_to_review(path: Path) -> list[Case]:
    """A case for each question that somebody spoke about, the unhelpful first. Raises CaseError that names the line."""
    said = [one for _, one in read_lines(path, Said)]
    by_question: dict[str, list[Said]] = {}
    for one in said:
        by_question.setdefault(" ".join(one.question.split()).casefold(), []).append(one)
    asked = sorted(by_question.values(), key=lambda told: all(one.helpful for one in told))
    return list(_cases(asked))


def _cases(asked: Sequence[Sequence[Said]]) -> Iterator[Case]:
    for number, told in enumerate(asked, start=1):
        good = next((one for one in told if one.helpful and one.citations), None)
        cited = good.citations if good else tuple(c for one in told for c in one.citations)
        refused = any("should_have_refused" in one.reasons for one in told)
        yield Case(
            id=f"feedback-{number:04}",
            kind="unanswerable" if refused else "fact",
            question=told[-1].question,
            answerable=not refused,
            gold_sources=() if refused else tuple(dict.fromkeys(c.source_id for c in cited)),
            gold_quotes=tuple(quote for c in good.citations for quote in c.quotes) if good and not refused else (),
            must_contain=() if refused or good else ((TO_REVIEW,),),
            note=f"{TO_REVIEW} {'; '.join(_told(one) for one in told)}",
        )


def _told(one: Said) -> str:
    parts = ["helpful" if one.helpful else "not helpful", *one.reasons, one.words, f"it was {one.outcome}", one.on]
    return ", ".join(part.replace("_", " ") for part in parts if part)
