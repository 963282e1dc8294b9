"""Questions and the passages that answer them: those of public sets, and those over the documents of a shelf.

A public set is a file NAME.jsonl.gz with a row for each question and passage: `q`, `p`, `label` (1: it answers), `type`, `group`
(rows of one question share it) and, where it is known, the `span` of the answer in the passage.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import EvalError
from eval.train.shelf import shelf_of
from index.questions import QUESTIONS, read_questions, tie

APART = 0.05
"""The share of the questions that is kept apart from learning."""


class Row(BaseModel):
    """A question and a passage, and whether that answers it; what else a set says is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(min_length=1)
    p: str = Field(min_length=1)
    label: Literal[0, 1]
    type: str = ""
    group: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A passage, and questions that it answers; the public sets have one question each, and passages that do not answer it."""

    passage: str
    questions: tuple[str, ...]
    beside: tuple[str, ...] = ()


def read_rows(file: Path) -> Iterator[Row]:
    """Raises EvalError that names the file and the line when it is none of these."""
    number = 0
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):  # noqa: B007 -- said below
                yield Row.model_validate_json(line)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise EvalError(f"{file} cannot be read: {error}. A set is a gzipped file of one JSON row a line.") from error
    except ValidationError as error:
        what = error.errors()[0]
        raise EvalError(f"{file}, line {number}: {'.'.join(map(str, what['loc']))}: {what['msg']}.") from error


def answered_in(file: Path) -> list[Answered]:
    """The questions of a set that a passage answers, each once, with the passages of its group that do not."""
    asked: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for row in read_rows(file):
        yes, no = asked.setdefault((row.group, row.q), ([], []))
        (yes if row.label else no).append(row.p)
    return [Answered(yes[0], (question,), tuple(no)) for (_, question), (yes, no) in asked.items() if yes]


def answered_over(corpus: Path, sources: Collection[str] = ()) -> list[Answered]:
    """The passages of the documents in a folder, as they are embedded, with the questions that were predicted from each; of
    these sources alone, if any are given."""
    shelf = shelf_of(corpus, sources)
    asked: dict[str, list[str]] = {}
    for one in tie(read_questions(corpus / QUESTIONS), [passage for passage, _ in shelf]):
        asked.setdefault(one.passage_id, []).append(one.text)
    return [Answered(text, tuple(dict.fromkeys(asked[passage.id]))) for passage, text in shelf if passage.id in asked]


def apart(question: str, share: float) -> bool:
    """Whether a question and all that is asked with it is kept apart from learning: the same every time."""
    return int(hashlib.sha256(question.encode()).hexdigest()[:8], 16) < share * 2**32


def digests(files: Sequence[Path]) -> dict[str, str]:
    """What a card names the data by: SHA-256 by name of file, of those that are there."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()}
