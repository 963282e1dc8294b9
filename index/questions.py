"""Predicted questions (document expansion: Nogueira and Lin 2019), tied to the passage that holds their quotation.

They are matched beside the text and lead to the passage; the answer is always taken from the passage itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import IndexProblem
from index.model import Passage


class PredictedQuestions(BaseModel):
    """One line of `questions.jsonl`: the questions that one stretch of a source answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    quote: str = Field(pattern=r"\w")
    questions: tuple[str, ...]


def read_questions(path: Path) -> list[PredictedQuestions]:
    """The lines of a questions file; an absent file holds none. Raises IndexProblem that names the line."""
    if not path.is_file():
        return []
    lines = path.read_bytes().splitlines()
    return [_parse(path, n, line) for n, line in enumerate(lines, start=1) if line.strip()]


def _parse(path: Path, number: int, line: bytes) -> PredictedQuestions:
    try:
        return PredictedQuestions.model_validate(json.loads(line))
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


def tie(questions: Iterable[PredictedQuestions], passages: Sequence[Passage]) -> list[tuple[str, str]]:
    """(passage id, question) for each question whose quotation begins in one of the passages."""
    plain = [(passage.id, _plain(passage.text)) for passage in passages]
    tied: list[tuple[str, str]] = []
    for line in questions:
        home = _home(_plain(line.quote), plain)
        if home:
            tied.extend((home, question) for question in line.questions)
    return tied


def _home(quote: str, plain: list[tuple[str, str]]) -> str | None:
    """The passage with the whole quotation; else the one with its first half, where a passage ends inside it."""
    half = " ".join(quote.split()[: max(4, len(quote.split()) // 2)])
    for part in (quote, half):
        for passage_id, text in plain:
            if part in text:
                return passage_id
    return None


def _plain(text: str) -> str:
    """Letters and figures only, so that line ends, quotation marks and joined hyphens do not matter."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
