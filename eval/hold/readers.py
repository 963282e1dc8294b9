"""The readers of what comes from outside, each as a call that raises only when something else happens than it promises."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from llama_index.core.base.llms.types import ChatMessage

from assistant.assistant import Assistant
from assistant.conversation import read_history
from assistant.endpoint import LLMSettings
from assistant.errors import AssistantError, ModelUnavailable, SettingsError
from assistant.extract import Extract
from assistant.line import Line
from assistant.llm import load_llm
from assistant.pen import open_model
from assistant.products.record import make_record, read_record
from assistant.settings import AnswerSettings, PathSettings, load_settings
from assistant.transcript import read_transcript
from assistant.web.chosen import read_sent
from assistant.web.downloads import as_file
from assistant.web.keepsake import conversation_paper
from assistant.web.records import read_records
from assistant.web.words import words
from eval.hold.faces import Screen
from eval.hold.obedient import Obedient
from eval.hold.odd_texts import REAL, characters, fragments, leaves, transcripts, values
from eval.hold.promised import CHECKS, alive_in
from eval.hold.talking import Script, talking_server

Reads = Callable[[Any], None]
Opens = Callable[[Assistant, Path], AbstractContextManager[Reads]]
_TAGS = ("k42", "m17")
_NO_REST = 10**2


@contextmanager
def _transcript(assistant: Assistant, scratch: Path) -> Iterator[Reads]:
    def read(text: str) -> None:
        for told in read_transcript(text, _TAGS):
            assert set(told.cited) <= set(_TAGS) and told.text.strip()

    yield read


@contextmanager
def _raving(assistant: Assistant, scratch: Path) -> Iterator[Reads]:
    """A model that writes this, under the tags that it was truly given."""
    llm = LLMSettings(endpoint="http://127.0.0.1:1/v1", model="raving", failures=_NO_REST)
    settings, extract = AnswerSettings(refuse_below=0, llm=llm), Extract(assistant.searcher, 3)

    def read(text: str) -> None:
        model = open_model(Obedient([text, text[::-1]]), llm, PathSettings().prompts, extract)
        writing = Assistant(assistant.searcher, settings, assistant.rules, model=model)
        reply = writing.json(writing.ask(REAL[0]))
        json.dumps(reply, ensure_ascii=False).encode()
        for name, check in CHECKS.items():
            if name != "the prompt is not told":  # this one tells its first line in any case
                assert (wrong := list(check(reply, writing, frozenset()))) == [], wrong[:2]

    yield read


@contextmanager
def _line(assistant: Assistant, scratch: Path) -> Iterator[Reads]:
    """A model's endpoint that sends these bytes."""
    script = Script(body=b"")
    with talking_server(script) as endpoint:
        settings = LLMSettings(
            endpoint=endpoint, model="m", retries=0, failures=_NO_REST, total_seconds=5, silence_seconds=5
        )
        llm = load_llm(settings)
        assert llm

        def read(body: bytes) -> None:
            script.body = body
            with suppress(ModelUnavailable):
                assert Line(llm, settings).say([ChatMessage(role="user", content="Hello")]).strip()

        yield read


@contextmanager
def _kept(assistant: Assistant, scratch: Path) -> Iterator[Reads]:
    """What a browser kept of a conversation, with something changed in it."""
    screen, texts = Screen(assistant), words("en")
    true = screen.remembered((*REAL[:2], "xyzzy plugh?"))

    def read(change: tuple[int, object]) -> None:
        kept = changed(true, random.Random(change[0]), change[1])
        assert (wrong := list(alive_in(screen.restored(kept)))) == [], wrong[:2]
        paper = conversation_paper(read_records(kept, 20), assistant.shelf, texts, date(2026, 1, 1))
        json.loads(as_file(paper, "md"))
        json.loads(as_file(paper, "docx"))

    yield read
    screen.close()


@contextmanager
def _history(assistant: Assistant, scratch: Path) -> Iterator[Reads]:
    file = scratch / "turns.json"

    def read(body: bytes) -> None:
        file.write_bytes(body)
        with suppress(AssistantError):
            assistant.json(assistant.ask("and who pays for it?", read_history(file)))

    yield read


@contextmanager
def _record(assistant: Assistant, scratch: Path) -> Iterator[Reads]:
    file = scratch / "record.json"
    true = json.loads(make_record(assistant, assistant.ask(REAL[0])).json_text())

    def read(change: tuple[int, object]) -> None:
        file.write_text(json.dumps(changed(true, random.Random(change[0]), change[1])), encoding="utf-8")
        with suppress(AssistantError):
            read_record(file)

    yield read


@contextmanager
def _sent(assistant: Assistant, scratch: Path) -> Iterator[Reads]:
    def read(value: object) -> None:
        sent = read_sent(json.dumps(value))
        assistant.json(assistant.ask(REAL[1], (), sent.filters))

    yield read


@contextmanager
def _settings(assistant: Assistant, scratch: Path) -> Iterator[Reads]:
    file = scratch / "odd.toml"

    def read(body: bytes) -> None:
        file.write_bytes(body)
        with suppress(SettingsError):
            load_settings(file)

    yield read


@contextmanager
def _variables(assistant: Assistant, scratch: Path) -> Iterator[Reads]:
    def read(given: tuple[str, str]) -> None:
        name, value = given
        os.environ[name] = value
        try:
            with suppress(SettingsError):
                load_settings()
        finally:
            del os.environ[name]

    yield read


def changed(true: Any, draw: random.Random, value: object) -> Any:
    """A copy with one value in it, however deep, replaced."""
    if isinstance(true, list) and true and draw.random() < 0.95:
        n = draw.randrange(len(true))
        return [changed(one, draw, value) if m == n else one for m, one in enumerate(true)]
    if isinstance(true, dict) and true and draw.random() < 0.95:
        name = draw.choice(sorted(true))
        return {key: changed(one, draw, value) if key == name else one for key, one in true.items()}
    return value


def _bodies(said: SearchStrategy[object]) -> SearchStrategy[bytes]:
    """Anything, or the JSON of something."""
    return st.one_of(st.binary(max_size=200), said.map(lambda value: json.dumps(value).encode()))


def _events() -> SearchStrategy[bytes]:
    """Something like a stream of chat completions."""
    delta = st.one_of(values(), st.fixed_dictionaries({"content": values()}))
    chunk = st.fixed_dictionaries(
        {"id": st.just("x"), "object": st.just("chat.completion.chunk"), "created": st.just(1), "model": st.just("m"),
         "choices": st.one_of(values(), st.lists(st.fixed_dictionaries({"delta": delta, "index": values()}), max_size=3))}
    )  # fmt: skip
    lines = st.one_of(
        chunk.map(lambda value: b"data: " + json.dumps(value).encode()),
        st.binary(max_size=60),
        st.just(b"data: [DONE]"),
        st.just(b": ping"),
    )
    return st.lists(lines, max_size=6).map(b"\n\n".join)


def _turns() -> SearchStrategy[object]:
    turn = st.fixed_dictionaries(
        {"role": st.sampled_from(("user", "assistant", "system")), "content": st.text(characters(), max_size=80)}
    )
    return st.one_of(values(), st.lists(turn, max_size=6))


def _toml() -> SearchStrategy[bytes]:
    keys = st.sampled_from(
        ("paths.corpus", "paths.data", "index.search.top_k", "index.split.target", "index.chroma.port", "answer.refuse_below",
         "answer.llm.endpoint", "answer.llm.model", "web.port", "web.host", "web.prefix", "web.access.rule", "web.allowed_hosts",
         "web.access.sites", "web.rates.person", "ingest.max_bytes", "nothing.here", "index.embedding.model")
    )  # fmt: skip
    plain = st.one_of(
        st.integers(), st.floats(), st.booleans(), fragments(), st.text(max_size=20), st.lists(fragments(), max_size=3)
    )
    line = st.builds(lambda key, value: f"{key} = {json.dumps(value)}\n", keys, plain)
    lines = st.lists(st.one_of(line, line, fragments()), max_size=5).map("".join)
    return st.one_of(st.binary(max_size=200), lines.map(lambda text: text.encode("utf-8", "surrogatepass")))


def _named() -> SearchStrategy[tuple[str, str]]:
    names = st.sampled_from(
        ("PATHS", "PATHS__DATA", "INDEX__SEARCH__TOP_K", "INDEX", "WEB__PORT", "WEB__ALLOWED_HOSTS", "WEB", "ANSWER__LLM__KEY",
         "WEB__ACCESS__SITES", "ANSWER", "WEB__ACCESS", "INGEST", "NOTHING", "PATHS__", "__", "WEB__HOST", "INDEX__EMBEDDING")
    )  # fmt: skip
    said = st.one_of(st.text(characters(), max_size=40), fragments(), values().map(json.dumps))
    usable = said.map(lambda text: text.encode("utf-8", "ignore").decode().replace("\x00", ""))
    return st.tuples(names.map(lambda name: f"COMMON_GROUND_{name}"), usable)


def changes() -> SearchStrategy[tuple[int, object]]:
    """Where, by its seed, and what. Mostly a text or a number: a list or an object fits hardly anywhere, and the reader would
    turn all of it away before anything is made of it."""
    return st.tuples(st.integers(0, 10**9), st.one_of(fragments(), leaves(), leaves(), values()))


READERS: dict[str, tuple[SearchStrategy[Any], Opens]] = {
    "reader of what a model wrote": (transcripts(), _transcript),
    "a reply that a model raves in": (transcripts(), _raving),
    "reader of a model's endpoint": (st.one_of(_events(), _bodies(values())), _line),
    "reader of a browser's memory": (changes(), _kept),
    "reader of a conversation": (_bodies(_turns()), _history),
    "reader of a kept record": (changes(), _record),
    "reader of what a page sends": (values(), _sent),
    "settings from a file": (_toml(), _settings),
    "settings from variables": (_named(), _variables),
}
