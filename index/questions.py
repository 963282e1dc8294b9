"""Predicted questions (document expansion: Nogueira and Lin 2019), tied to the words that they were predicted from.

They are matched beside the text and lead to the passage and its sentence; what is shown is always taken from the passage.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import IndexProblem
from index.model import Passage
from index.sentences import Span

QUESTIONS = "questions.jsonl"
Line = TypeVar("Line", bound=BaseModel)


class PredictedQuestions(BaseModel):
    """One line of `questions.jsonl`: the questions that one stretch of a source answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    quote: str = Field(pattern=r"\w")
    questions: tuple[str, ...]


class Tied(NamedTuple):
    """A predicted question and the words of a passage's text that it was predicted from; none (`start` equals `end`) when
    it is of the passage as a whole."""

    passage_id: str
    text: str
    start: int = 0
    end: int = 0


def read_questions(path: Path) -> list[PredictedQuestions]:
    """The lines of a questions file; an absent file holds none. Raises IndexProblem that names the line."""
    return read_lines(path, PredictedQuestions)


def read_lines(path: Path, kind: type[Line]) -> list[Line]:
    """The lines of a file of questions of some kind, in order. Raises IndexProblem that names the line."""
    if not path.is_file():
        return []
    lines = path.read_bytes().splitlines()
    return [_parse(path, n, line, kind) for n, line in enumerate(lines, start=1) if line.strip()]


def _parse(path: Path, number: int, line: bytes, kind: type[Line]) -> Line:
    try:
        return kind.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        raise IndexProblem(
            f"{path}, line {number}: {'.'.join(map(str, first['loc'])) or 'the line'}: {first['msg'].lower()}. "
            "Correct or delete that line."
        ) from error
    except ValueError as error:  # neither JSON nor UTF-8
        raise IndexProblem(
            f"{path}, line {number} is broken ({error}): expected an object with source, quote and questions. "
            "Correct or delete that line."
        ) from error


def tie(questions: Iterable[PredictedQuestions], passages: Sequence[Passage]) -> list[Tied]:
    """Each question whose quotation begins in one of the passages."""
    lines = list(questions)
    homes = places([line.quote for line in lines], passages)
    return [
        Tied(home[0], question, *home[1])
        for line, home in zip(lines, homes, strict=True)
        for question in line.questions
        if home
    ]


def places(quotes: Iterable[str], passages: Sequence[Passage]) -> list[tuple[str, Span] | None]:
    """The passage in which each quotation begins, and its words there; None where there is none."""
    plain = [(passage.id, _Plain.of(passage.text)) for passage in passages]
    return [_home(_Plain.of(quote).text, plain) for quote in quotes]


@dataclass(frozen=True, slots=True)
class _Plain:
    """Letters and figures only, so that line ends, quotation marks and joined hyphens do not matter; `words` are where they
    stand in the original."""

    text: str
    words: tuple[Span, ...]

    @classmethod
    def of(cls, text: str) -> _Plain:
        words = [word for word in re.finditer(r"[^\W_]+", text)]
        return cls(" ".join(word.group().lower() for word in words), tuple(word.span() for word in words))

    def place(self, part: str) -> Span | None:
        """The words of the original that `part` says; None when it does not stand in the text."""
        at = self.text.find(part)
        if at < 0:
            return None
        first = self.text.count(" ", 0, at)
        return self.words[first][0], self.words[first + part.count(" ")][1]


def _home(quote: str, plain: list[tuple[str, _Plain]]) -> tuple[str, Span] | None:
    """The passage with the whole quotation, and where; else with its first half, where a passage ends inside it."""
    half = " ".join(quote.split()[: max(4, len(quote.split()) // 2)])
    for part in (quote, half):
        for passage_id, text in plain:
            if place := text.place(part):
                return passage_id, place
    return None
