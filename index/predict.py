"""Predicted questions for documents that have none, written by a language model when they are indexed and kept in the library.

They lead to the passage; nothing that the model writes is ever shown as an answer. Each passage's questions are committed
when they are there, so a run that is stopped goes on where it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.build import Progress, writing
from index.embedding import SentenceEmbedding
from index.errors import IndexProblem
from index.library import Library, asked_key, library_path, vector_key
from index.model import Passage

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

COUNT = 8
_LEAST_WORDS, _MOST_WORDS = 3, 40
_SHORTEST = 15  # words of a passage from which it can answer something
_MARK = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.):]|Q\d*[.:])\s*")

Ask = Callable[[str, str, str], "list[ChatMessage]"]
"""(title, heading, passage) -> what is said to the model."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """What one run did: passages asked about, and the questions written for them."""

    passages: int = 0
    questions: int = 0


def predict(
    root: Path, llm: LLM, ask: Ask, embedding: SentenceEmbedding, on_progress: Progress = lambda *_: None
) -> Predicted:
    """Asks about every passage without predicted questions, of the corpus or of an earlier run. They are searched once the
    index is next brought in line. Raises IndexProblem when the model does not answer; what was written is kept."""
    with writing(root), Library(library_path(root)) as library:
        titles = {document.source_id: document.metadata.title for document in library.documents()}
        waiting = [p for p in _without_questions(library) if len(p.text.split()) >= _SHORTEST]
        written = 0
        for done, passage in enumerate(waiting):
            on_progress(f"{passage.source_id}: questions", done, len(waiting))
            heading = " > ".join(passage.where.heading)
            lines = _asked(llm, ask(titles[passage.source_id], heading, passage.text), done)
            questions = list(usable(lines.splitlines(), passage.text))
            _keep(library, passage.id, questions, embedding)
            written += len(questions)
        on_progress("questions", len(waiting), len(waiting))
    return Predicted(len(waiting), written)


def _without_questions(library: Library) -> list[Passage]:
    """Footnotes answer nothing that anybody asks."""
    served = {one.passage_id for one in library.questions()} | library.asked_about()
    return [p for p in library.passages() if p.id not in served and p.kind != "notes"]


def _asked(llm: LLM, messages: list[ChatMessage], done: int) -> str:
    try:
        return llm.chat(messages).message.content or ""
    except Exception as error:  # every client has its own
        raise IndexProblem(
            f"The language model does not answer ({type(error).__name__}: {error}). Questions for {done} passages were "
            "written and are kept. See to the model, then run again: python app.py index --questions"
        ) from error


def usable(lines: Iterable[str], passage: str) -> Iterable[str]:
    """The lines that are questions, each once: of a fair length, and no sentence of the passage with a question mark."""
    seen = set()
    said = " ".join(passage.lower().split())
    for line in lines:
        question = " ".join(_MARK.sub("", line).strip(" \"'“”*").split())
        plain = question.lower().rstrip("?").strip()
        fair = question.endswith("?") and _LEAST_WORDS <= len(question.split()) <= _MOST_WORDS
        if fair and plain not in seen and plain not in said:
            seen.add(plain)
            yield question
        if len(seen) >= 2 * COUNT:
            return


def _keep(library: Library, passage_id: str, questions: list[str], embedding: SentenceEmbedding) -> None:
    model = embedding.fingerprint
    for name, encode in ((vector_key, embedding.encode), (asked_key, embedding.encode_asked)):
        keys = {name(model, question): question for question in questions}
        new = sorted(library.missing(keys))
        library.put_vectors(zip(new, encode([keys[key] for key in new]), strict=True))
    library.put_written(passage_id, questions)
