"""What people ask that the documents do not answer: a log of questions -> themes, largest first.

The log is the folder that `web.operation.question_log` names, the file that `web.feedback` names, or any JSONL with a line a
question: {"question", "outcome"}, or a line of `outcomes.jsonl`. Logging is for the organisation to switch on, with the
knowledge of those who ask; what looks like a person's data is taken out again here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.guards import without_personal_data
from eval.errors import CaseError
from eval.load import read_lines
from eval.words import FUNCTION_WORDS, stem, words

UNANSWERED = frozenset({"not_in_documents"})
ALIKE = 0.5  # cosine from which two questions are of one theme
Vectors = NDArray[np.float32]
Encodes = Callable[[Sequence[str]], Vectors]


class LogLine(BaseModel):
    """One question and what came of it. `searched` is a follow-up in the words it was searched with; of a question that was
    `withheld` only the outcome was kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str = ""
    searched: str = ""
    outcome: str = ""
    withheld: bool = False
    reply: dict[str, Any] | None = None

    @property
    def asked(self) -> str:
        return str((self.reply or {}).get("question", self.searched or self.question))

    @property
    def came_of_it(self) -> str:
        return str((self.reply or {}).get("outcome", self.outcome))


class Theme(BaseModel):
    """Questions of one theme. `words` are those most of them share; `examples` begin with the most typical."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: int
    words: tuple[str, ...]
    examples: tuple[str, ...]


class Gaps(BaseModel):
    """`alone` counts unanswered questions that are like no other, `withheld` those of all whose words were not kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: int
    withheld: int
    unanswered: int
    alone: int
    themes: tuple[Theme, ...]


def read_log(path: Path) -> list[LogLine]:
    """A file, or all files of a folder. Raises CaseError that names the line without a question or an outcome."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise CaseError(f"{path} holds no .jsonl file: no question was kept yet, or this is not the folder of the log.")
    return [line for file in files for line in _read_file(file)]


def _read_file(path: Path) -> list[LogLine]:
    lines = read_lines(path, LogLine)
    for number, line in lines:
        if not (line.asked or line.withheld) or not line.came_of_it:
            raise CaseError(f"{path}, line {number}: expected a question and an outcome, or an id and a reply.")
    return [line for _, line in lines]


def gaps(log: Sequence[LogLine], encode: Encodes, examples: int = 5) -> Gaps:
    """Themes of two questions or more. The same question asked twice counts twice."""
    told = [line for line in log if not line.withheld]
    missed = [without_personal_data(line.asked) for line in told if line.came_of_it in UNANSWERED]
    groups = _grouped(encode(missed)) if missed else []
    themes = [_theme([missed[n] for n in group], examples) for group in groups if len(group) > 1]
    alone = sum(len(group) == 1 for group in groups)
    withheld = len(log) - len(told)
    return Gaps(asked=len(log), withheld=withheld, unanswered=len(missed), alone=alone, themes=tuple(themes))


def _grouped(vectors: Vectors) -> list[list[int]]:
    """The question with most others like it takes them as its theme, then the next of those left; largest first."""
    alike = vectors @ vectors.T >= ALIKE
    left = np.ones(len(vectors), dtype=bool)
    groups = []
    while left.any():
        centre = int(np.argmax((alike & left).sum(axis=1) * left))
        members = alike[centre] & left
        groups.append([centre, *(int(n) for n in np.flatnonzero(members) if n != centre)])
        left &= ~members
        left[centre] = False
    return sorted(groups, key=len, reverse=True)


def _theme(questions: Sequence[str], examples: int) -> Theme:
    return Theme(
        questions=len(questions),
        words=_shared_words(questions),
        examples=tuple(dict.fromkeys(questions))[:examples],
    )


def _shared_words(questions: Sequence[str]) -> tuple[str, ...]:
    """Up to four words that at least half of the questions hold, commonest first."""
    seen: Counter[str] = Counter()
    first: dict[str, str] = {}
    for question in questions:
        found = {stem(word): word for word in reversed(words(question)) if word not in FUNCTION_WORDS}
        seen.update(found.keys())
        first = found | first
    return tuple(first[root] for root, count in seen.most_common(4) if 2 * count >= len(questions))
