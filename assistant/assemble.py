"""The only place where the parts meet: settings -> an Assistant that is ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.extract import Extract
from assistant.following import FollowingAssistant
from assistant.initiatives import FILE as INITIATIVES
from assistant.initiatives import read_initiatives
from assistant.llm import load_llm
from assistant.notices import read_notices
from assistant.pen import open_model
from assistant.prompts import read_prompt
from assistant.settings import Settings
from index import generation
from index.build import BuildReport, Progress, update
from index.embedding import LazyEmbedding, load_embedding
from index.errors import IndexDamaged, IndexMissing, IndexStale
from index.predict import COUNT, Predicted, predict

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage


@contextmanager
def open_assistant(settings: Settings) -> Iterator[Assistant]:
    """Opens the index that serves. Raises IndexMissing, IndexStale or IndexDamaged with what to do."""
    # What is missing is told before the model is loaded, which takes seconds.
    generation.serving(settings.paths.data, settings.index, LazyEmbedding(settings.index.embedding).fingerprint)
    from index.open import open_index  # slow: brings Chroma, which a folder without documents can do without

    embedding = load_embedding(settings.index.embedding)
    with open_index(settings.paths.data, settings.index, embedding) as index:
        rules = read_notices(settings.paths.corpus / "notices.toml")
        engine = {"embedding": index.model, "index": index.fingerprint}
        initiatives = read_initiatives(settings.paths.corpus / INITIATIVES)
        extract = Extract(index.searcher, settings.answer.most_support)
        llm = settings.answer.llm
        model = open_model(load_llm(llm), llm, settings.paths.prompts, extract)
        yield Assistant(index.searcher, settings.answer, rules, engine, initiatives=initiatives, model=model)


def update_index(settings: Settings, on_progress: Progress = lambda *_: None) -> BuildReport:
    """Bring library and index in line with the corpus folder."""
    model = LazyEmbedding(settings.index.embedding)
    return update(settings.paths.corpus, settings.paths.data, settings.ingest, settings.index, model, on_progress)


def predict_questions(settings: Settings, on_progress: Progress = lambda *_: None) -> Predicted:
    """Questions by the language model for passages without any. Raises AssistantError when no model is set."""
    llm = load_llm(settings.answer.llm)
    prompt = read_prompt(settings.paths.prompts, "questions", {"title", "heading", "passage", "count"})
    if llm is None:
        raise AssistantError(
            "No language model is set, and questions are written by one. Set answer.llm, then try again."
        )

    def ask(title: str, heading: str, passage: str) -> list[ChatMessage]:
        return prompt.messages(title=title, heading=heading, passage=passage, count=str(COUNT))

    return predict(settings.paths.data, llm, ask, load_embedding(settings.index.embedding), on_progress)


@contextmanager
def ready_assistant(settings: Settings, on_progress: Progress = lambda *_: None) -> Iterator[Assistant]:
    """Like `open_assistant`, and builds or mends the index first when it must; a sound index is opened as it is."""
    with ExitStack() as stack:
        try:
            assistant = stack.enter_context(open_assistant(settings))
        except (IndexMissing, IndexStale, IndexDamaged):
            update_index(settings, on_progress)
            assistant = stack.enter_context(open_assistant(settings))
        yield assistant


@contextmanager
def serving_assistant(settings: Settings, on_progress: Progress = lambda *_: None) -> Iterator[FollowingAssistant]:
    """Like `ready_assistant`, for a server: when `python app.py index` has put another index in place, that one answers."""
    with FollowingAssistant(
        lambda: ready_assistant(settings, on_progress),
        lambda: open_assistant(settings),
        lambda: generation.mark(settings.paths.data),
    ) as assistant:
        yield assistant
