"""The ways in which a question reaches the program, each as one call in this process: the assistant itself, the HTTP API, the
screen's own handlers, the command line."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
import runpy
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import gradio as gr
import httpx

from assistant.assistant import Assistant
from assistant.serving import WebSettings
from assistant.web import create_app
from assistant.web.chosen import Sent
from assistant.web.conversation import Conversation, Shown
from assistant.web.desk import Desk
from assistant.web.feedback import REASONS
from assistant.web.pages import render
from assistant.web.records import read_records, write_records
from assistant.web.screen import build
from assistant.web.words import words
from assistant.web.workshop import workshop_of
from eval.hold.processes import ROOT

FAULT = "Something went wrong that should not have"  # what app.py says of what nobody foresaw


class Api:
    """POST /api/v1/ask without a socket."""

    def __init__(self, assistant: Assistant) -> None:
        app = create_app(assistant, WebSettings(screen=False, rates={"person": "", "site": "", "reading": ""}))
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://127.0.0.1:7860"
        )
        self._loop = asyncio.new_event_loop()

    def post(self, body: bytes, path: str = "/api/v1/ask") -> httpx.Response:
        sent = self._client.post(path, content=body, headers={"content-type": "application/json"})
        return self._loop.run_until_complete(sent)

    def ask(self, question: str) -> httpx.Response:
        return self.post(json.dumps({"question": question}).encode())

    def close(self) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()


class Screen:
    """The functions that Gradio calls, as they are, and all the HTML that they give back."""

    def __init__(self, assistant: Assistant) -> None:
        settings, texts = WebSettings(), words("en")
        self._desk = Desk(assistant, 1, 1)
        self.conversation = Conversation(assistant, self._desk, settings, texts)
        screen = build(assistant, workshop_of(assistant), self.conversation, settings, texts)
        self._calls = [one for one in screen.fns.values() if one.fn and not isinstance(one.fn, str)]
        self._loop = asyncio.new_event_loop()

    def ask(self, question: str, memory: object = ()) -> str:
        """The page of the conversation with its answer, and what was shown on the way."""
        return self._html("answer", question, "", list(memory) if isinstance(memory, tuple) else memory)

    def beside(self, text: str) -> str:
        """What the other tabs show for the same words."""
        return (
            self._html("shown", text, json.dumps({"place": text, "kind": text}))
            + self._html("preview", text, text, "")
            + self._html("preview", text, text)
            + self._html("<lambda>", text)
        )

    def restored(self, memory: object) -> str:
        """The page as it is when a browser comes back with what it kept."""
        texts, records = words("en"), read_records(memory, WebSettings().conversation_turns)
        return render("conversation.html", texts, exchanges=self.conversation.again(records).exchanges, reasons=REASONS)

    def remembered(self, questions: Sequence[str]) -> list[dict[str, Any]]:
        """What a browser keeps of a conversation of these questions."""
        shown = Shown()
        for question in questions:
            shown = self._loop.run_until_complete(_all(self.conversation.ask(question, Sent(), shown.records)))[-1]
        return write_records(shown.records)

    def close(self) -> None:
        self._desk.close()
        self._loop.close()

    def _html(self, name: str, *given: object) -> str:
        call = next(one for one in self._calls if one.name == name and _fits(one.inputs, given))
        assert callable(call.fn)
        return "".join(_texts(self._said(call.fn(*given))))

    def _said(self, found: Any) -> list[Any]:
        if inspect.isasyncgen(found):
            return self._loop.run_until_complete(_all(found))
        return list(found) if inspect.isgenerator(found) else [found]


def _fits(inputs: Sequence[Any], given: tuple[object, ...]) -> bool:
    return len(inputs) == len(given) and isinstance(inputs[0], gr.Textbox)


async def _all(items: Any) -> list[Any]:
    return [item async for item in items]


def _texts(found: Any) -> Iterator[str]:
    """Every HTML text among what handlers give: texts, tuples of them, changes by component."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        yield from (text for key, value in found.items() if isinstance(key, gr.HTML) for text in _texts(value))
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _texts(one)


class CommandLine:
    """`python app.py` as a call: (exit status, what it printed, what it said on standard error)."""

    def __init__(self, settings: Path) -> None:
        self._settings = settings

    def __call__(self, command: str, *arguments: str) -> tuple[int, str, str]:
        given = ["app.py", command, "--settings", str(self._settings), *arguments]
        printed, said = _utf8(), _utf8()
        with _argv(given), redirect_stdout(printed), redirect_stderr(said):
            try:
                runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
                status = 0
            except SystemExit as ended:
                status = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        return status, _read(printed), _read(said)


def _utf8() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _read(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


@contextmanager
def _argv(given: list[str]) -> Iterator[None]:
    before = sys.argv
    sys.argv = given
    try:
        yield
    finally:
        sys.argv = before
