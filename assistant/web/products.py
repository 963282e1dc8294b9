"""The practitioner's products over HTTP: a briefing, a table of sources by theme, and the initiatives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.assistant import Assistant
from assistant.model import Refusal
from assistant.products.brief import make_brief
from assistant.products.comparison import make_comparison
from assistant.products.forms import MEDIA_TYPES, brief_as, comparison_as, fits_json
from assistant.serving import WebSettings
from assistant.web.api import problems
from assistant.web.asks import Asks
from assistant.web.problems import problem
from assistant.web.schemas import Word
from index.model import Filters

_AT_ONCE = 2  # a briefing takes some ten times as long as an answer
_MOST_TOPIC = 300
_NO_STORE = {"Cache-Control": "no-store"}
_ENDINGS = {"json": ".json", "markdown": ".md", "docx": ".docx", "csv": ".csv"}
_WRONG = problems(400, 401, 403, 408, 413, 422, 429, 503, 504)
Made = TypeVar("Made")


class BriefBody(BaseModel):
    """A topic, where to look, and the form to give it in. Everything but the topic may be left out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"topic": "English classes", "form": "markdown"}]}
    )

    topic: str = Field(max_length=_MOST_TOPIC)
    form: Literal["json", "markdown", "docx"] = "json"
    sources: list[Word] = Field(default=[], max_length=100, description="source ids; empty for all")
    since: int | None = Field(default=None, ge=1000, le=9999, description="documents of this year or later")
    until: int | None = Field(default=None, ge=1000, le=9999, description="documents of this year or earlier")
    place: Word = Field(default="", description="documents about this place or nation")

    @property
    def filters(self) -> Filters:
        return Filters(sources=frozenset(self.sources), since=self.since, until=self.until, place=self.place)


class CompareBody(BriefBody):
    """The same for a table; `themes` are its rows, or left out for what the sentences do for the topic."""

    form: Literal["json", "markdown", "docx", "csv"] = "json"  # type: ignore[assignment]
    themes: list[Word] = Field(default=[], max_length=12)


class InitiativesOut(BaseModel):
    """Initiatives, best first for a need, and the values that they can be filtered by with how many have each."""

    initiatives: list[dict[str, Any]]
    facets: dict[str, list[tuple[str, int]]]


def product_routes(assistant: Asks, settings: WebSettings) -> APIRouter:
    """The routes of the products; none for something that answers and can make no product."""
    return Products(assistant, settings).router() if isinstance(assistant, Assistant) else APIRouter()


class Products:
    def __init__(self, assistant: Assistant, settings: WebSettings) -> None:
        self._assistant, self._settings = assistant, settings
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="product")
        self._places = BoundedSemaphore(_AT_ONCE)

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route(
            "/api/v1/brief",
            self.brief,
            methods=["POST"],
            summary="A cited briefing on a topic",
            response_model=None,
            responses=_WRONG,
        )
        router.add_api_route(
            "/api/v1/compare",
            self.compare,
            methods=["POST"],
            summary="A table of sources by theme",
            response_model=None,
            responses=_WRONG,
        )
        router.add_api_route(
            "/api/v1/initiatives",
            self.initiatives,
            response_model=InitiativesOut,
            responses=problems(401, 403, 422, 429),
            summary="Initiatives that the documents tell of",
        )
        return router

    async def brief(self, body: BriefBody) -> Response:
        """The briefing as JSON, Markdown or Word; a refusal is status 200 with its reply."""
        made = await self._make(body, lambda: make_brief(self._assistant, body.topic, body.filters))
        if isinstance(made, Response):
            return made
        return _file(brief_as(self._assistant.shelf.metadata, _ENDINGS[body.form], made), body.form, "briefing")

    async def compare(self, body: CompareBody) -> Response:
        """The table as JSON, Markdown, Word or CSV; a refusal is status 200 with its reply."""
        made = await self._make(body, lambda: make_comparison(self._assistant, body.topic, body.themes, body.filters))
        if isinstance(made, Response):
            return made
        return _file(comparison_as(self._assistant.shelf.metadata, _ENDINGS[body.form], made), body.form, "comparison")

    def initiatives(
        self,
        need: Annotated[str, Query(max_length=_MOST_TOPIC)] = "",
        place: Annotated[str, Query(max_length=200)] = "",
        kind: Literal["", "case", "mention", "policy", "proposal", "study"] = "",
        organisation: Annotated[str, Query(max_length=200)] = "",
        serves: Annotated[str, Query(max_length=200)] = "",
    ) -> InitiativesOut:
        """What the documents tell of: cards with the words of the source. Without a need, all that the filters leave."""
        held = self._assistant.initiatives
        found = held.search(need, place=place, kind=kind, organisation=organisation, serves=serves)
        return InitiativesOut(initiatives=fits_json(found, self._assistant.shelf.metadata), facets=held.facets())

    async def _make(self, body: BriefBody, make: Callable[[], Made | Refusal]) -> Made | Response:
        if set(body.sources) - set(self._assistant.shelf.metadata):
            return problem(422, "There is no source of that id. GET /api/v1/sources lists them.")
        if not self._places.acquire(blocking=False):
            return problem(503, "Other briefings are being made. Please ask again in a moment.", {"Retry-After": "5"})
        future = self._pool.submit(make)
        future.add_done_callback(lambda _: self._places.release())  # when the thread is done, not when we stop waiting
        try:
            made = await asyncio.wait_for(asyncio.wrap_future(future), self._settings.answer_seconds)
        except TimeoutError:
            return problem(504, "It was not ready in time.")
        return JSONResponse(self._assistant.json(made), headers=_NO_STORE) if isinstance(made, Refusal) else made


def _file(content: bytes, form: str, name: str) -> Response:
    ending = _ENDINGS[form]
    headers = dict(_NO_STORE)
    if form in ("docx", "csv"):
        headers["Content-Disposition"] = f'attachment; filename="{name}{ending}"'
    return Response(content, media_type=MEDIA_TYPES[ending], headers=headers)
