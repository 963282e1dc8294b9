"""Pairs of a question and a passage that answers it or does not: what a reader of both is taught with.

Most questions stand in two pairs, one of each kind, so that the form of a question alone tells nothing. What does not answer is
another passage of the set, a passage whose answer was taken out, the passage itself beside an altered question, and, over the
shelf, a question that somebody wrote down because nothing answers it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.train.pairs import Row, read_rows
from eval.train.shelf import shelf_of
from index.model import Passage
from index.questions import QUESTIONS, read_questions, tie
from index.unanswerable import UNANSWERABLE, read_unanswerable, unanswerable

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*|\b\d[\d,.]*\d\b")
_ALTERED = 0.4  # of the questions that name something: the share whose wrong pair is the same passage with another name
_OF_A_STRETCH, _OF_A_LINE = (
    8,
    2,
)  # questions that were predicted from the same words, and that nothing answers in the same way


@dataclass(frozen=True, slots=True)
class Pair:
    """`span` is where the answer stands in the passage, where that is known to the word (over the shelf it is not: questions
    were predicted from whole sentences); `kind` is what the pair was made from. Pairs of a `group` are
    kept apart from learning together."""

    question: str
    passage: str
    answers: bool
    kind: str
    group: str
    span: tuple[int, int] | None = None


def asked_in(file: Path, most: int, seed: int) -> list[Pair]:
    """Of a public set: that many questions at most, each with a passage that answers it, where there is one, and one that does
    not. Raises EvalError."""
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in read_rows(file):
        rows.setdefault((row.group, row.q), []).append(row)
    drawn = random.Random(seed)
    questions = drawn.sample(sorted(rows), min(most, len(rows)))
    names = _names(row.p for key in questions for row in rows[key])
    return [pair for key in questions for pair in _both(rows[key], names, drawn)]


def _both(rows: Sequence[Row], names: Mapping[bool, Sequence[str]], drawn: random.Random) -> Iterator[Pair]:
    yes, no = [row for row in rows if row.label], [row for row in rows if not row.label]
    if yes:
        row = drawn.choice(yes)
        yield Pair(row.q, row.p, True, "answered", row.q, row.span)
        other = altered(row.q, row.p, names, drawn) if drawn.random() < _ALTERED else None
        if other:
            yield Pair(other, row.p, False, "altered", row.q)
            return
    if no:
        row = drawn.choice(no)
        yield Pair(row.q, row.p, False, "removed" if row.type == "unanswerable" else "beside", row.q)


def _names(texts: Iterator[str]) -> dict[bool, list[str]]:
    """Names and numbers of the passages, told apart by whether they begin with a digit."""
    found = sorted({name for text in texts for name in _NAME.findall(text)})
    return {digit: [name for name in found if name[0].isdigit() is digit] for digit in (True, False)}


def altered(question: str, passage: str, names: Mapping[bool, Sequence[str]], drawn: random.Random) -> str | None:
    """The question with one name or number that stands in the passage replaced by one of the same form that does not (Jia and
    Liang, EMNLP 2017, after whom SQuAD 2.0 has such questions); None when it names nothing, or nothing of that form is known."""
    named = [match for match in _NAME.finditer(question) if match.group() in passage]
    if not named:
        return None
    one = drawn.choice(named)
    alike = [
        name
        for name in drawn.sample(names[one.group()[0].isdigit()], min(200, len(names[one.group()[0].isdigit()])))
        if len(name.split()) == len(one.group().split()) and name not in passage and name not in question
    ]
    return question[: one.start()] + alike[0] + question[one.end() :] if alike else None


def asked_over(corpus: Path, sources: Collection[str], seed: int) -> list[Pair]:
    """Over these sources of the shelf: predicted questions with their passage and with another of the same document, and what
    nothing answers with the passage that comes nearest."""
    shelf = shelf_of(corpus, sources) if sources else []
    drawn = random.Random(seed)
    return [*_predicted(corpus, shelf, drawn), *_unanswered(corpus, shelf, drawn)]


def _predicted(corpus: Path, shelf: Sequence[tuple[Passage, str]], drawn: random.Random) -> Iterator[Pair]:
    text_of, source_of = {p.id: text for p, text in shelf}, {p.id: p.source_id for p, _ in shelf}
    tied = tie(read_questions(corpus / QUESTIONS), [passage for passage, _ in shelf])
    homes: dict[str, set[str]] = {}
    stretches: dict[tuple[str, int, int], list[str]] = {}
    for one in tied:
        homes.setdefault(one.text, set()).add(one.passage_id)
        stretches.setdefault((one.passage_id, one.start, one.end), []).append(one.text)
    for (home, _, _), questions in stretches.items():
        others = [p.id for p, _ in shelf if p.source_id == source_of[home]]
        for question in drawn.sample(questions, min(_OF_A_STRETCH, len(questions))):
            yield Pair(question, text_of[home], True, "predicted", home)
            other = drawn.choice(others)
            if other not in homes[question]:
                yield Pair(question, text_of[other], False, "elsewhere", home)


def _unanswered(corpus: Path, shelf: Sequence[tuple[Passage, str]], drawn: random.Random) -> Iterator[Pair]:
    text_of = {passage.id: text for passage, text in shelf}
    lines: dict[int, list[Pair]] = {}
    for one in unanswerable(read_unanswerable(corpus / UNANSWERABLE), [passage for passage, _ in shelf]):
        if one.passage_id:
            pair = Pair(one.text, text_of[one.passage_id], False, "near miss", one.passage_id)
            lines.setdefault(one.line, []).append(pair)
    for pairs in lines.values():
        yield from drawn.sample(pairs, min(_OF_A_LINE, len(pairs)))


def short_enough(pair: Pair, characters: int) -> Pair | None:
    """The pair with the passage cut to so many characters; None where the answer is then gone."""
    if pair.span and pair.span[1] > characters:
        return None
    return replace(pair, passage=pair.passage[:characters])
