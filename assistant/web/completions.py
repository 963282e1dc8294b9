"""The chat protocol that OpenAI's clients speak, so that Open WebUI and others can use the assistant as a model. Sources
stand in the text, as every such client shows it, and as annotations for those that can show more."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from assistant.model import Turn
from assistant.web.answering import Answering, while_there
from assistant.web.api import problems
from assistant.web.caller import caller_of
from assistant.web.links import to_passage
from assistant.web.problems import problem
from assistant.web.turned_away import TurnedAway
from assistant.web.words import words
from index.model import Filters

MODEL = "common-ground"


class TextPart(BaseModel):
    type: str = Field(max_length=50)
    text: Annotated[str, Field(max_length=20_000)] = ""


class Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=20_000)] | Annotated[list[TextPart], Field(max_length=100)] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: bool = False


class CompletionBody(BaseModel):
    """What is not listed (temperature, tools, ...) is taken and has no effect: answers are quotations."""

    messages: list[Message] = Field(min_length=1, max_length=200)
    model: str = Field(default=MODEL, max_length=200)
    stream: bool = False
    stream_options: StreamOptions | None = None

    model_config = {"json_schema_extra": {"examples": [
        {"model": MODEL, "messages": [{"role": "user", "content": "What do the reports want from employers?"}]}
    ]}}  # fmt: skip


class CompletionOut(BaseModel):
    """OpenAI's chat.completion; `common_ground` holds how the answer came out."""

    id: str
    object: str
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]
    common_ground: dict[str, Any]


class Completions:
    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/v1/models", _models, summary="The one model there is, in OpenAI's form")
        router.add_api_route(
            "/v1/chat/completions",
            self.complete,
            methods=["POST"],
            response_model=CompletionOut,
            responses=problems(400, 401, 403, 408, 413, 422, 429, 503, 504),
            summary="Ask, in OpenAI's form",
        )
        return router

    async def complete(self, body: CompletionBody, request: Request) -> Response:
        """The last message of the user is the question, those before it the conversation; instructions of a system
        message have no effect."""
        base = str(request.base_url)
        said = [Turn(m.role, m.text) for m in body.messages if m.role in ("user", "assistant")]
        if not said or said[-1].role != "user":
            return _error(TurnedAway(422, "The last message must be the user's question."))
        try:
            asking = self._answering.asking(said[-1].content, said[:-1], Filters())
            reply = await while_there(request, self._answering.reply(asking, caller_of(request.scope)))
        except TurnedAway as turned:
            return _error(turned)
        if body.stream:
            usage = bool(body.stream_options and body.stream_options.include_usage)
            return EventSourceResponse(_chunks(reply, base, usage), ping=15)
        text, notes = with_sources(reply, base)
        message = {"role": "assistant", "content": text, "refusal": None, "annotations": notes}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        made = {**_head("chat.completion"), "choices": [choice], "usage": _USAGE, "common_ground": _outcome(reply)}
        return JSONResponse(made, headers={"Cache-Control": "no-store"})


def with_sources(reply: dict[str, Any], base: str) -> tuple[str, list[dict[str, Any]]]:
    """The text with a list of sources at its end, and an annotation for each mark [n] in it. `base` ends with a slash."""
    text, marks = str(reply["text"]), {c["number"]: c for c in reply["citations"]}
    notes = []
    for number, citation in marks.items():
        at = text.find(f"[{number}]")
        while at >= 0:
            notes.append(_annotation(citation, at, at + len(f"[{number}]"), base))
            at = text.find(f"[{number}]", at + 1)
    if marks:
        listed = [
            f"[{n}] {c['place']} ({c['publisher'] or 'publisher unknown'}, {c['date']})" for n, c in marks.items()
        ]
        text = "\n".join((text, "", "**Sources**", "", *(f"- {line}" for line in listed)))
    return text, sorted(notes, key=lambda note: note["url_citation"]["start_index"])


def _annotation(citation: dict[str, Any], start: int, end: int, base: str) -> dict[str, Any]:
    about = {
        "start_index": start,
        "end_index": end,
        "title": citation["place"],
        "url": f"{base}{to_passage(citation, words())}",
    }
    return {"type": "url_citation", "url_citation": about, "quotes": [quote["text"] for quote in citation["quotes"]]}


async def _chunks(reply: dict[str, Any], base: str, usage: bool) -> AsyncIterator[ServerSentEvent]:
    """The text in pieces that end where a line ends, then what it rests on."""
    head = _head("chat.completion.chunk")
    text, notes = with_sources(reply, base)
    yield _chunk(head, {"role": "assistant", "content": ""})
    for line in text.splitlines(keepends=True):
        yield _chunk(head, {"content": line})
    yield _chunk(head, {"annotations": notes}, "stop", common_ground=_outcome(reply))
    if usage:
        yield ServerSentEvent(json.dumps({**head, "choices": [], "usage": _USAGE}))
    yield ServerSentEvent("[DONE]")


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish: str | None = None, **more: Any) -> ServerSentEvent:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return ServerSentEvent(json.dumps({**head, "choices": [choice], **more}, ensure_ascii=False))


def _head(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{secrets.token_hex(12)}", "object": kind, "created": int(time.time()), "model": MODEL}


# No language model counts tokens here; clients expect the field.
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def _outcome(reply: dict[str, Any]) -> dict[str, Any]:
    return {"outcome": reply["outcome"], "reason": reply["reason"], "notices": reply["notices"]}


def _error(turned: TurnedAway) -> Response:
    """A problem that OpenAI's clients can read as well."""
    said = {"message": turned.words, "type": "invalid_request_error" if turned.status < 500 else "server_error"}
    return problem(turned.status, turned.words, turned.headers, error={**said, "param": None, "code": None})


def _models() -> dict[str, Any]:
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "common-ground"}]}
