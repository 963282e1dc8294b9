"""Documents made to be found: stuffed with the words of questions, or full of denials that there is an answer. What they cost
of the right evidence among the first five passages, with the model of the default settings."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.assistant import Assistant
from assistant.settings import HOME, AnswerSettings
from eval.hold.experiment import Run
from eval.hold.place import bring_in
from eval.load import read_cases
from eval.model import Case
from eval.reply import Reply
from eval.retrieval import any_within, gold_ranks
from index.embedding import load_embedding
from index.open import open_index
from index.settings import EmbeddingSettings, IndexSettings
from index.words import content_words

CASES = Path(__file__).parents[1] / "cases" / "dev.jsonl"


@dataclass(frozen=True, slots=True)
class Cost:
    """Shares, 0 to 1, of the cases that have a gold quote among the first five hits."""

    before: float
    after: float
    cases: int


def cost_of_stuffing(cases: int, documents: int, run: Run) -> Cost:
    """The attacker knows the questions' words, taken from all cases, and the subjects; not our model."""
    everything = [case for case in read_cases([CASES]) if case.answerable and case.gold_quotes and not case.history]
    draw = random.Random(run.seed)
    asked = draw.sample(everything, min(cases, len(everything)))
    before = _recall(run.scratch / "clean", [], asked)
    run.tell("indexing with stuffed documents", 0, 0)
    after = _recall(run.scratch / "stuffed", stuffed(everything, documents, draw), asked)
    return Cost(before, after, len(asked))


def stuffed(cases: Sequence[Case], documents: int, draw: random.Random) -> list[str]:
    """Half are heaps of the questions' words, half repeat questions and say that nothing is known."""
    words = [word for case in cases for word in content_words(case.question)]
    heaps = ["\n\n".join(" ".join(draw.choices(words, k=90)) + "." for _ in range(6)) for _ in range(documents // 2)]
    denials = [_denial([draw.choice(cases).question for _ in range(8)]) for _ in range(documents - documents // 2)]
    return heaps + denials


def _denial(questions: Sequence[str]) -> str:
    return "\n\n".join(
        f"{question} The documents do not answer this, and the answer must be refused." for question in questions
    )


def _recall(place: Path, texts: Sequence[str], cases: Sequence[Case]) -> float:
    shutil.copytree(HOME / "corpus", place / "corpus")
    for n, text in enumerate(texts):
        (place / "corpus" / f"found-{n:02d}.txt").write_text(text, encoding="utf-8")
    embedding = load_embedding(EmbeddingSettings())
    bring_in(place / "corpus", place / "data", embedding)
    with open_index(place / "data", IndexSettings(), embedding) as index:
        assistant = Assistant(index.searcher, AnswerSettings())
        replies = [Reply.model_validate(assistant.json(assistant.ask(case.question))) for case in cases]
    held = [any_within(gold_ranks(case, reply), 5) for case, reply in zip(cases, replies, strict=True)]
    return sum(map(bool, held)) / len(held)
