"""What is learnt from: groups of questions that ask the same, each with the passage that they are about.

The groups are the lines of `questions.jsonl` and `unanswerable.jsonl`. What is answered by a passage and what it only comes near
stand beside each other there, so a batch that holds whole passages holds the hard cases.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.train.shelf import shelf_of
from index.model import Passage
from index.questions import QUESTIONS, read_questions, tie
from index.unanswerable import UNANSWERABLE, read_unanswerable, unanswerable

_TOGETHER = 12  # groups of one passage in a batch


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask the same; `home` is the passage that answers them or comes nearest, empty where none does."""

    home: str
    questions: tuple[str, ...]


def groups_of(corpus: Path) -> list[Group]:
    """All groups of two questions or more over the documents in a folder."""
    passages = [passage for passage, _ in shelf_of(corpus)]
    groups = [*_answered(corpus, passages), *_unanswered(corpus, passages)]
    return [group for group in groups if len(group.questions) > 1]


def _answered(corpus: Path, passages: Sequence[Passage]) -> list[Group]:
    by_words: dict[tuple[str, int, int], list[str]] = {}
    for one in tie(read_questions(corpus / QUESTIONS), passages):
        by_words.setdefault((one.passage_id, one.start, one.end), []).append(one.text)
    return [Group(home, tuple(dict.fromkeys(asked))) for (home, _, _), asked in by_words.items()]


def _unanswered(corpus: Path, passages: Sequence[Passage]) -> list[Group]:
    by_line: dict[tuple[int, str], list[str]] = {}
    for one in unanswerable(read_unanswerable(corpus / UNANSWERABLE), passages):
        by_line.setdefault((one.line, one.passage_id), []).append(one.text)
    return [Group(home, tuple(dict.fromkeys(asked))) for (_, home), asked in by_line.items()]


def held_out(groups: Sequence[Group], share: float) -> tuple[list[Group], list[Group]]:
    """The groups to learn from and those kept apart: the same for the same questions, whatever the order."""

    def apart(group: Group) -> bool:
        return int(hashlib.sha256(group.questions[0].encode()).hexdigest()[:8], 16) < share * 2**32

    return [g for g in groups if not apart(g)], [g for g in groups if apart(g)]


def batches(groups: Sequence[Group], size: int, seed: int) -> Iterator[list[Group]]:
    """One pass over the groups in an order drawn by lot, those of a passage together; what is left over waits for the next."""
    drawn = random.Random(seed)
    by_home: dict[str, list[Group]] = {}
    for group in groups:
        by_home.setdefault(group.home, []).append(group)
    runs = []
    for mine in by_home.values():
        drawn.shuffle(mine)
        runs += [mine[at : at + _TOGETHER] for at in range(0, len(mine), _TOGETHER)]
    drawn.shuffle(runs)
    flat = [group for run in runs for group in run]
    yield from (flat[at : at + size] for at in range(0, len(flat) - size + 1, size))


def pair_of(group: Group, drawn: random.Random) -> tuple[str, str]:
    """Two of its questions."""
    one, other = drawn.sample(group.questions, 2)
    return one, other


def share_a_question(groups: Sequence[Group]) -> list[tuple[int, int]]:
    """Places of two groups that a question is common to: neither is a wrong answer for the other."""
    of: dict[str, list[int]] = {}
    for n, group in enumerate(groups):
        for question in group.questions:
            of.setdefault(question, []).append(n)
    return [(a, b) for places in of.values() for a in places for b in places if a != b]
