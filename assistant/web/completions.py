"""The chat protocol that OpenAI's clients speak, so that Open WebUI and others can use the assistant as a model. Sources
stand in the text, as every such client shows it, and as annotations for those that can show more."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from sse_starlette import ServerSentEvent
from starlette.requests import Request

from assistant.model import Turn
from assistant.web.answering import Answering, while_there
from assistant.web.api import problems
from assistant.web.asks import Asking, Asks
from assistant.web.caller import Caller, caller_of
from assistant.web.completion_form import MODEL, Chunks, completion, error, error_chunk
from assistant.web.problems import problem
from assistant.web.stream import streamed
from assistant.web.turned_away import TurnedAway
from index.model import Filters


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
    def __init__(self, assistant: Asks, answering: Answering) -> None:
        self._assistant = assistant
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
        message have no effect. With `stream` each statement comes as soon as it stands, the annotations at the end."""
        base, caller = str(request.base_url), caller_of(request.scope)
        said = [Turn(m.role, m.text) for m in body.messages if m.role in ("user", "assistant")]
        if not said or said[-1].role != "user":
            return _error(TurnedAway(422, "The last message must be the user's question."))
        try:
            asking = self._answering.asking(said[-1].content, said[:-1], Filters())
            if body.stream:
                usage = bool(body.stream_options and body.stream_options.include_usage)
                return await streamed(self._told(asking, caller, Chunks(self._assistant, base, usage)), error_chunk)
            reply = await while_there(request, self._answering.reply(asking, caller))
        except TurnedAway as turned:
            return _error(turned)
        return JSONResponse(completion(reply, base), headers={"Cache-Control": "no-store"})

    async def _told(self, asking: Asking, caller: Caller, chunks: Chunks) -> AsyncIterator[ServerSentEvent]:
        async with contextlib.aclosing(self._answering.news(asking, caller)) as news:
            async for item in news:
                for chunk in chunks.of(item):
                    yield chunk


def _error(turned: TurnedAway) -> Response:
    """A problem that OpenAI's clients can read as well."""
    return problem(turned.status, turned.words, turned.headers, **error(turned.status, turned.words))


def _models() -> dict[str, Any]:
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "common-ground"}]}
