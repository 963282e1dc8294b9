"""Our own FastAPI application around the Gradio screen: routes, limits, headers and the order they come in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from assistant.serving import WebSettings
from assistant.web.api import Api
from assistant.web.asks import Asks
from assistant.web.body_limit import BodyLimit
from assistant.web.desk import Desk
from assistant.web.gate import Gate
from assistant.web.hangup import Hangup
from assistant.web.policy import Policy
from assistant.web.problems import problem
from assistant.web.quiet import silence
from assistant.web.reading_room import ReadingRoom
from assistant.web.schemas import ProblemOut

# FastAPI can trace, count and log requests through OpenTelemetry; a question is nobody's business.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
STATIC = Path(__file__).parent / "static"


def create_app(assistant: Asks, settings: WebSettings) -> FastAPI:
    desk = Desk(assistant, settings.questions_at_once, settings.questions_waiting)
    app = _plain_app(desk)
    app.include_router(ReadingRoom(assistant.shelf).router())
    app.include_router(Api(assistant, desk, settings).router())
    app.mount("/web", StaticFiles(directory=STATIC))
    _add_layers(app, settings)
    return _mount_screens(app, assistant, desk, settings)


def _plain_app(desk: Desk) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    app = FastAPI(
        title="Common Ground",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifespan,
        telemetry=_NO_TELEMETRY,
    )
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _fault)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _add_layers(app: FastAPI, settings: WebSettings) -> None:
    """Each layer added goes around those before it. That CORSMiddleware is there at all keeps Gradio's own, which lets
    every origin in, from answering."""
    app.state.stopping = asyncio.Event()
    app.add_middleware(Hangup, stopping=app.state.stopping)
    app.add_middleware(CORSMiddleware, allow_origins=list(settings.allowed_origins), allow_methods=["GET", "POST"])
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.hosts)
    app.add_middleware(BodyLimit, most_bytes=settings.max_body_bytes, seconds=settings.body_seconds)
    app.add_middleware(Gate, origins=settings.allowed_origins)
    app.add_middleware(Policy)


def _mount_screens(app: FastAPI, assistant: Asks, desk: Desk, settings: WebSettings) -> FastAPI:
    """The screen in every language, English at the top: the others stand before it, since it takes every address."""
    silence()
    import gradio as gr

    from assistant.web.conversation import Conversation
    from assistant.web.screen import build, head
    from assistant.web.theme import theme
    from assistant.web.words import LANGUAGES, words

    for texts in sorted(map(words, LANGUAGES), key=lambda texts: texts.code == "en"):
        gr.mount_gradio_app(
            app,
            build(assistant, Conversation(assistant, desk, settings, texts), settings, texts),
            "/" if texts.code == "en" else f"/{texts.code}",
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


async def _fault(request: Request, error: Exception) -> Response:
    return problem(500, "That was our fault. It is in the server's log.")
