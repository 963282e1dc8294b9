"""Conversations in the form of mtRAG (Katsis et al., 2025): a JSONL file, a line for each turn that is asked, with the turns
before it, the passages that a person chose for it and the answer that a person wrote.

Which sentence of the passages an answer rests on is not marked; taken for it is the one that shares most of its words
with the written answer. Turns that are talk, and no question, are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from eval.load import read_lines
from eval.model import Case, Message
from eval.others.model import Others, Paper, paper_id
from eval.words import content_words
from index.sentences import sentences

_SHARED = 0.4  # of the sentence's own words that the answer must hold for the sentence to be taken for its ground


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Said(Part):
    speaker: str
    text: str = Field(min_length=1)


class Passage(Part):
    document_id: str
    text: str
    title: str = ""


class Turn(Part):
    task_id: str
    said: tuple[Said, ...] = Field(alias="input", min_length=1)
    targets: tuple[Said, ...] = ()
    contexts: tuple[Passage, ...] = ()
    answerability: tuple[str, ...] = Field(default=(), alias="Answerability")

    @property
    def sort(self) -> str:
        return (self.answerability or ("ANSWERABLE",))[0].upper()


def read_mtrag(path: Path) -> Others:
    """Raises CaseError that names the line."""
    turns = [turn for _, turn in read_lines(path, Turn)]
    talk = Counter(turn.sort for turn in turns if turn.sort == "CONVERSATIONAL" or not _has_ground(turn))
    cases = tuple(_case(turn) for turn in turns if turn.sort != "CONVERSATIONAL" and _has_ground(turn))
    return Others(_papers(turns), cases, tuple(f"{count} turns marked {sort.lower()}" for sort, count in talk.items()))


def _has_ground(turn: Turn) -> bool:
    return turn.sort == "UNANSWERABLE" or bool(turn.contexts)


def _papers(turns: Sequence[Turn]) -> tuple[Paper, ...]:
    found: dict[str, Passage] = {}
    for turn in turns:
        for passage in turn.contexts:
            found.setdefault(paper_id(passage.document_id), passage)
    return tuple(Paper(id_, p.title or p.document_id, tuple(_paragraphs(p.text))) for id_, p in found.items())


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        if flat := " ".join(paragraph.split()):
            yield flat


def _case(turn: Turn) -> Case:
    *before, asked = turn.said
    answerable = turn.sort != "UNANSWERABLE"
    kept = turn.contexts if answerable else ()
    return Case(
        id=turn.task_id,
        kind="near_miss_unanswerable" if not answerable else "multi_turn" if before else "fact",
        question=asked.text,
        history=tuple(Message(role="user" if s.speaker == "user" else "assistant", content=s.text) for s in before),
        answerable=answerable,
        gold_sources=tuple(dict.fromkeys(paper_id(passage.document_id) for passage in kept)),
        gold_quotes=_ground(kept, turn.targets[0].text) if turn.targets else (),
        note=f"The answer a person wrote: {turn.targets[0].text}" if turn.targets else "",
    )


def _ground(passages: Sequence[Passage], answer: str) -> tuple[str, ...]:
    told = content_words(answer)
    units = [p[start:end] for passage in passages for p in _paragraphs(passage.text) for start, end in sentences(p)]
    rated = [(len(told & own), len(told & own) / len(own), unit) for unit in units if (own := content_words(unit))]
    shared, part, best = max(rated, default=(0, 0.0, ""))
    return (best,) if shared >= 3 and part >= _SHARED else ()
