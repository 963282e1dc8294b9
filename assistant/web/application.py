"""Our own FastAPI application around the Gradio screen: routes, limits, headers and the order they come in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, TextIO

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from assistant.serving import WebSettings
from assistant.upkeep import Upkeep
from assistant.web.access import Access
from assistant.web.answering import Answering
from assistant.web.api import Api
from assistant.web.asks import Asks
from assistant.web.body_limit import BodyLimit
from assistant.web.completions import Completions
from assistant.web.cross_origin import HEADERS, METHODS, CrossOrigin
from assistant.web.desk import Desk
from assistant.web.doorkeeper import Doorkeeper
from assistant.web.embed import Embed
from assistant.web.embed_tokens import EmbedTokens
from assistant.web.feedback import Feedback
from assistant.web.front import Front
from assistant.web.gate import Gate
from assistant.web.hangup import Hangup
from assistant.web.hosts import Hosts
from assistant.web.journal import Books, Journal
from assistant.web.logs import open_log
from assistant.web.metrics import Metrics
from assistant.web.metrics_page import MetricsPage
from assistant.web.notice_board import NoticeBoard
from assistant.web.nowhere import nowhere
from assistant.web.operator_desk import OperatorDesk
from assistant.web.operator_door import OperatorDoor
from assistant.web.pause import Pause
from assistant.web.policy import Policy
from assistant.web.problems import problem
from assistant.web.products import product_routes
from assistant.web.question_log import QuestionLog
from assistant.web.quiet import silence
from assistant.web.rates import Rates
from assistant.web.reading_room import ReadingRoom
from assistant.web.schemas import ProblemOut
from assistant.web.telemetry import open_tracer
from assistant.web.tools import Tools
from assistant.web.watched import Watched
from assistant.web.workshop import Workshop, workshop_of

# FastAPI can trace, count and log requests through OpenTelemetry; a question is nobody's business.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
STATIC = Path(__file__).parent / "static"


def create_app(
    assistant: Asks, settings: WebSettings, log_to: TextIO | None = None, upkeep: Upkeep | None = None
) -> FastAPI:
    """`log_to` is where the log goes; standard error when it is not given. Without `upkeep`, or without a token in
    `web.operator`, there is no operator's page."""
    operation = settings.operation
    books = Books(open_log(operation.log_level, log_to), Metrics(), open_tracer(operation.otlp_endpoint))
    kept = QuestionLog(operation.question_log, operation.question_log_days) if operation.question_log else None
    watched = Watched(assistant, books, operation.log_questions, kept)
    desk = Desk(watched, settings.questions_at_once, settings.questions_waiting)
    access = settings.access
    tokens = EmbedTokens(access.key, access.embed_minutes, access.embed_hours)
    doorkeeper = Doorkeeper(access, tokens)
    answering = Answering(watched, desk, settings)
    tools = Tools(watched, answering, settings) if settings.mcp else None
    app = _plain_app(desk, tools)
    board = NoticeBoard(operation.notice_file)
    routers = [
        Api(watched, answering).router(),
        ReadingRoom(watched.shelf, settings.documents, board).router(),
        product_routes(assistant, settings),
        *([Feedback(settings.feedback).router()] if settings.feedback else []),
        Embed(watched, settings, doorkeeper, tokens).router(),
        MetricsPage(books.metrics, operation).router(),
        *([Completions(watched, answering).router()] if settings.completions else []),
        *([tools.router()] if tools else []),
    ]
    for router in (*routers, nowhere(routers)):
        app.include_router(router)
    app.mount("/web", StaticFiles(directory=STATIC))
    app.state.stopping = asyncio.Event()
    office = _office(OperatorDesk(upkeep, settings, books)) if upkeep and settings.operator.secret else None
    _add_layers(app, settings, doorkeeper, books, office)
    return _mount_screens(app, watched, workshop_of(assistant), desk, settings) if settings.screen else app


def _plain_app(desk: Desk, tools: Tools | None) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with tools.manager.run() if tools else nullcontext():
            yield
        desk.close()

    app = FastAPI(
        title="Common Ground",
        summary="Answers from a shelf of reports on integration, with the exact words behind every statement",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifespan,
        telemetry=_NO_TELEMETRY,
    )
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return _telling(app)


def _telling(app: FastAPI) -> FastAPI:
    """The same, with problem details for errors."""
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    return app


def _office(desk: OperatorDesk) -> FastAPI:
    """The operator's page: an application of its own, so that nothing made for everybody reaches into it."""
    office = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, telemetry=_NO_TELEMETRY)
    office.include_router(desk.router())
    return _telling(office)


def _add_layers(
    app: FastAPI, settings: WebSettings, doorkeeper: Doorkeeper, books: Books, office: FastAPI | None
) -> None:
    """Each layer added goes around those before it. That CORSMiddleware is there at all keeps Gradio's own, which lets
    every origin in, from answering."""
    access, origins = settings.access, settings.calling_origins
    app.add_middleware(Hangup, stopping=app.state.stopping)
    app.add_middleware(BodyLimit, most_bytes=settings.max_body_bytes, seconds=settings.body_seconds)
    app.add_middleware(Pause, folder=settings.operation.pause_folder, metrics=books.metrics)
    app.add_middleware(Rates, rates=settings.rates, access=access)
    app.add_middleware(Access, doorkeeper=doorkeeper, rule=access.rule)
    app.add_middleware(CORSMiddleware, allow_origins=origins, allow_methods=METHODS, allow_headers=HEADERS)
    app.add_middleware(CrossOrigin, origins=origins)
    app.add_middleware(Hosts, names=settings.hosts)
    app.add_middleware(Gate, origins=origins)
    if office:
        app.add_middleware(OperatorDoor, inside=office, settings=settings)
    app.add_middleware(Journal, books=books)
    app.add_middleware(Policy)
    app.add_middleware(
        Front, trusted=access.trusted_proxies, person_header=access.person_header, prefix=settings.prefix
    )


def _mount_screens(
    app: FastAPI, assistant: Asks, workshop: Workshop | None, desk: Desk, settings: WebSettings
) -> FastAPI:
    """The screen in every language, English at the top: the others stand before it, since it takes every address."""
    silence()
    import gradio as gr

    from assistant.web.conversation import Conversation
    from assistant.web.screen import build, head
    from assistant.web.theme import theme
    from assistant.web.words import LANGUAGES, words

    for texts in sorted(map(words, LANGUAGES), key=lambda texts: texts.code == "en"):
        where = "" if texts.code == "en" else f"/{texts.code}"
        gr.mount_gradio_app(
            app,
            build(assistant, workshop, Conversation(assistant, desk, settings, texts), settings, texts),
            where or "/",
            root_path=f"{settings.prefix}{where}" if settings.prefix else None,
            server_name=settings.host,
            server_port=settings.port,
            show_error=False,
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            enable_monitoring=False,
            mcp_server=False,
            pwa=False,
            allowed_paths=[],
            app_kwargs={"telemetry": _NO_TELEMETRY},
            max_file_size="1kb",
            theme=theme(),
            head=head(texts),
        )
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """FastAPI's own, with problem details where it would describe its own errors."""
    if not app.openapi_schema:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        schemas = schema["components"]["schemas"]
        schemas["ProblemOut"] = ProblemOut.model_json_schema()
        app.openapi_schema = schema
    return app.openapi_schema


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, str(error.detail), error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """Says where and what, and repeats nothing of what was sent."""
    assert isinstance(error, RequestValidationError)
    found = [{"where": "/".join(map(str, e["loc"])), "what": e["msg"]} for e in error.errors()]
    malformed = any(e["type"] == "json_invalid" for e in error.errors())
    return problem(400 if malformed else 422, "The request does not have the expected form.", errors=found[:20])
