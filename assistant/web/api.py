"""The JSON API: ask, what is on the shelf, one passage; and whether the server is well."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.requests import Request
from starlette.routing import Match

from assistant.model import Turn
from assistant.serving import WebSettings
from assistant.web import schemas
from assistant.web.asks import Asking, Asks
from assistant.web.dates import age
from assistant.web.desk import Desk, DeskBusy
from assistant.web.problems import MEDIA_TYPE, not_found, problem
from index.model import Filters, Passage
from ingest.model import Metadata


class Api:
    def __init__(self, assistant: Asks, desk: Desk, settings: WebSettings) -> None:
        self._shelf = assistant.shelf
        self._desk = desk
        self._to_json = assistant.json
        self._settings = settings

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route(
            "/api/v1/ask",
            self.ask,
            methods=["POST"],
            response_model=schemas.ReplyOut,
            responses=_problems(400, 403, 408, 413, 422, 503, 504),
            summary="Ask a question",
        )
        router.add_api_route("/api/v1/sources", self.sources, response_model=list[schemas.SourceOut])
        router.add_api_route(
            "/api/v1/passages/{passage_id}", self.passage, response_model=schemas.PassageOut, responses=_problems(404)
        )
        router.add_api_route("/healthz", _healthy, summary="The process answers")
        router.add_api_route("/readyz", self.ready, responses=_problems(503), summary="There are documents to ask")
        for path in ("/api/{rest:path}", "/healthz", "/readyz"):
            router.add_api_route(path, _nowhere(router), methods=_METHODS, include_in_schema=False)
        return router

    async def ask(self, body: schemas.AskBody) -> Response:
        """The answer with its citations, or a refusal; both are status 200."""
        if wrong := self._wrong(body):
            return wrong
        try:
            future = self._desk.submit(_asking(body, self._settings.max_history_turns))
            reply = await asyncio.wait_for(asyncio.wrap_future(future), self._settings.answer_seconds)
        except DeskBusy:
            return problem(503, "Too many questions at once. Please ask again in a moment.", {"Retry-After": "2"})
        except TimeoutError:
            return problem(504, "No answer was ready in time.")
        return JSONResponse(self._to_json(reply), headers={"Cache-Control": "no-store"})

    def _wrong(self, body: schemas.AskBody) -> Response | None:
        most = self._settings.max_question_chars
        if len(body.question) > most:
            return problem(422, f"A question may have {most} characters at most; this has {len(body.question)}.")
        if set(body.sources) - set(self._shelf.metadata):
            return problem(422, "There is no source of that id. GET /api/v1/sources lists them.")
        return None

    def sources(self) -> list[schemas.SourceOut]:
        return [_source(source_id, about) for source_id, about in self._shelf.metadata.items()]

    def passage(self, passage_id: str) -> Any:
        try:
            found = self._shelf.passage(passage_id)
        except KeyError:
            return problem(404, "There is no passage of that id.")
        return schemas.PassageOut(
            passage_id=found.id,
            source_id=found.source_id,
            title=self._shelf.metadata[found.source_id].title,
            heading=list(found.where.heading),
            page_index=found.where.page_index,
            page_label=found.where.page_label,
            text=found.text,
            before=_id(self._shelf.at(found.source_id, found.order - 1)),
            after=_id(self._shelf.at(found.source_id, found.order + 1)),
        )

    def ready(self) -> Response:
        held = len(self._shelf.metadata)
        return JSONResponse({"status": "ready", "documents": held}) if held else problem(503, "No document is indexed.")


_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _healthy() -> dict[str, str]:
    return {"status": "ok"}


def _nowhere(router: APIRouter) -> Any:
    """404, or 405 where the address is right and the method is not; without this Gradio would answer."""

    def nowhere(request: Request) -> Response:
        others = [route for route in router.routes if getattr(route, "include_in_schema", False)]
        allowed = {
            method
            for route in others
            if route.matches(request.scope)[0] is Match.PARTIAL
            for method in getattr(route, "methods", ())
        }
        if not allowed:
            return not_found()
        return problem(405, "This address takes another method.", {"Allow": ", ".join(sorted(allowed))})

    return nowhere


def _asking(body: schemas.AskBody, most_turns: int) -> Asking:
    history = body.history[-most_turns:] if most_turns else []
    return Asking(
        body.question,
        tuple(Turn(turn.role, turn.content) for turn in history),
        Filters(frozenset(body.sources), body.since, body.until, frozenset(body.kinds), body.place, body.publisher),
        body.read_filters,
    )


def _source(source_id: str, about: Metadata) -> schemas.SourceOut:
    names = set(schemas.SourceOut.model_fields) - {"source_id", "age"}
    known = {name: getattr(about, name) for name in names}
    return schemas.SourceOut(source_id=source_id, age=age(about.published), **known)


def _id(passage: Passage | None) -> str | None:
    return passage.id if passage else None


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    return {status: {"description": "A problem", "content": {MEDIA_TYPE: schema}} for status in statuses}
