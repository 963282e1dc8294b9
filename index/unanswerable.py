"""Questions that the documents do not answer: what a close miss is told by.

"How long was the exhibition open?" is as near to the passage about the exhibition as a question that it answers, in every
score there is. So such questions are written with care by people who have read the documents (as SQuAD 2.0 has them, Rajpurkar,
Jia and Liang 2018), each with what is not said, and a question that comes closer to one of these than to any that the passages
answer is taken for one of its kind. They refuse; what is shown beside the refusal is always taken from the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from index.model import Passage
from index.questions import places, read_lines

UNANSWERABLE = "unanswerable.jsonl"
Outside = Literal["", "topic", "person"]


class UnansweredQuestions(BaseModel):
    """One line of `unanswerable.jsonl`. `missing` completes "The documents do not say ...", and `source` and `quote` are the
    nearest that they come to it, where they come near at all. Or the questions are `outside` of what any such documents are
    there for: another topic, or advice on one person's case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str | None = None
    quote: str | None = Field(None, pattern=r"\w")
    missing: str = ""
    outside: Outside = ""
    questions: tuple[str, ...]

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if bool(self.missing) == bool(self.outside):
            raise ValueError("expected either what is missing or what it is outside of")
        if (self.source is None) != (self.quote is None):
            raise ValueError("expected source and quote, or neither")
        return self


class Unanswerable(NamedTuple):
    """One such question. `line` is shared by those that ask the same; `passage_id` is empty where no passage comes near."""

    line: int
    passage_id: str
    text: str
    missing: str
    outside: str


def read_unanswerable(path: Path) -> list[UnansweredQuestions]:
    """Raises IndexProblem that names the line; an absent file holds none."""
    return read_lines(path, UnansweredQuestions)


def unanswerable(lines: Sequence[UnansweredQuestions], passages: Iterable[Passage]) -> list[Unanswerable]:
    """The questions of the lines, less those about words that stand in none of the passages: their document is not here."""
    by_source: dict[str, list[Passage]] = {}
    for passage in passages:
        by_source.setdefault(passage.source_id, []).append(passage)
    home = _homes(lines, by_source)
    return [
        Unanswerable(n, home[n], question, line.missing, line.outside)
        for n, line in enumerate(lines)
        if n in home
        for question in line.questions
    ]


def _homes(lines: Sequence[UnansweredQuestions], by_source: dict[str, list[Passage]]) -> dict[int, str]:
    found = {n: "" for n, line in enumerate(lines) if line.source is None}
    for source_id, passages in by_source.items():
        mine = [(n, line.quote) for n, line in enumerate(lines) if line.source == source_id and line.quote]
        placed = places([quote for _, quote in mine], passages)
        found |= {n: place[0] for (n, _), place in zip(mine, placed, strict=True) if place}
    return found
