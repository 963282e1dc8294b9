"""The JSON API: ask, what is on the shelf, one passage; and whether the server is well."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.requests import Request

from assistant.model import Turn
from assistant.web import schemas, stream
from assistant.web.answering import Answering, while_there
from assistant.web.asks import Asking, Asks, Shelf
from assistant.web.caller import caller_of
from assistant.web.dates import age
from assistant.web.problems import MEDIA_TYPE, problem
from assistant.web.turned_away import TurnedAway
from index.model import Filters, Passage
from ingest.model import Metadata


class Api:
    def __init__(self, assistant: Asks, answering: Answering) -> None:
        self._shelf = assistant.shelf
        self._answering = answering

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route(
            "/api/v1/ask",
            self.ask,
            methods=["POST"],
            response_model=schemas.ReplyOut,
            responses={200: _ANSWER, **problems(400, 401, 403, 408, 409, 413, 422, 429, 503, 504)},
            summary="Ask a question",
        )
        router.add_api_route(
            "/api/v1/sources",
            self.sources,
            response_model=list[schemas.SourceOut],
            responses=problems(401, 403, 429),
            summary="What is on the shelf",
        )
        router.add_api_route(
            "/api/v1/passages/{passage_id}",
            self.passage,
            response_model=schemas.PassageOut,
            responses=problems(401, 403, 404, 429),
            summary="One passage, whole",
        )
        router.add_api_route("/healthz", _healthy, summary="The process answers")
        router.add_api_route("/readyz", self.ready, responses=problems(503), summary="There are documents to ask")
        return router

    async def ask(self, body: schemas.AskBody, request: Request) -> Response:
        """The answer with its citations, or a refusal; both are status 200. With `Accept: text/event-stream` it comes as
        events: `stage` while the answer is made, every `statement` as soon as it stands, and before it each `citation` that
        it rests on (again, when it uses more words of one), `related`, `notice`, and at the end the whole `reply`; or a
        `problem`. After `again` what was said before is void: the documents have changed meanwhile."""
        caller = caller_of(request.scope)
        try:
            asking = self._asking(body)
            if stream.MEDIA_TYPE in request.headers.get("accept", ""):
                return await stream.streamed(stream.named(self._answering.events(asking, caller, body.conversation)))
            reply = await while_there(request, self._answering.reply(asking, caller, body.conversation))
        except TurnedAway as turned:
            return problem(turned.status, turned.words, turned.headers)
        return JSONResponse(reply, headers={"Cache-Control": "no-store"})

    def _asking(self, body: schemas.AskBody) -> Asking:
        history = [Turn(turn.role, turn.content) for turn in body.history]
        filters = Filters(
            frozenset(body.sources), body.since, body.until, frozenset(body.kinds), body.place, body.publisher
        )
        return self._answering.asking(body.question, history, filters, body.read_filters)

    def sources(self) -> list[schemas.SourceOut]:
        return [source_out(source_id, about) for source_id, about in self._shelf.metadata.items()]

    def passage(self, passage_id: str) -> Any:
        try:
            found = self._shelf.passage(passage_id)
        except KeyError:
            return problem(404, "There is no passage of that id.")
        return passage_out(self._shelf, found)

    def ready(self) -> Response:
        held = len(self._shelf.metadata)
        return JSONResponse({"status": "ready", "documents": held}) if held else problem(503, "No document is indexed.")


def _healthy() -> dict[str, str]:
    return {"status": "ok"}


def passage_out(shelf: Shelf, found: Passage) -> schemas.PassageOut:
    return schemas.PassageOut(
        passage_id=found.id,
        source_id=found.source_id,
        title=shelf.metadata[found.source_id].title,
        heading=list(found.where.heading),
        page_index=found.where.page_index,
        page_label=found.where.page_label,
        text=found.text,
        before=_id(shelf.at(found.source_id, found.order - 1)),
        after=_id(shelf.at(found.source_id, found.order + 1)),
    )


def source_out(source_id: str, about: Metadata) -> schemas.SourceOut:
    names = set(schemas.SourceOut.model_fields) - {"source_id", "age"}
    known = {name: getattr(about, name) for name in names}
    return schemas.SourceOut(source_id=source_id, age=age(about.published), **known)


def _id(passage: Passage | None) -> str | None:
    return passage.id if passage else None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI describes the errors that a route may give."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    return {status: {"description": "A problem", "content": {MEDIA_TYPE: schema}} for status in statuses}


_ANSWER: dict[str, Any] = {
    "description": "An answer with its citations, or a refusal that says what is missing",
    "content": {
        "application/json": {"example": schemas.REPLY_EXAMPLE},
        stream.MEDIA_TYPE: {"schema": {"type": "string"}, "example": schemas.STREAM_EXAMPLE},
    },
}
