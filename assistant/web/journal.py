"""A pure ASGI layer that keeps the operator's books: a line, a count and a span for each request; and the last place a
fault can come to, where it becomes one line in the log instead of a traceback with what a person typed."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass

from opentelemetry.trace import SpanKind, Tracer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.caller import Caller, caller_of, path_of
from assistant.web.logs import Log, where
from assistant.web.metrics import Metrics
from assistant.web.problems import problem

FAULT = "That was our fault. It is in the server's log."
_ROUTES = re.compile(
    r"/api/v1/(?:ask|sources|passages|brief|compare|initiatives|embed/token)|/v1/(?:chat/completions|models)|/mcp|/embed(?:\.js)?"
    r"|/healthz|/readyz|/metrics|/openapi\.json|(?:/cy|/plain)?/gradio_api/(?:queue/(?:join|data)|cancel|reset|app_id|heartbeat)|/read|/operator|/(?:web|assets|static)|/"
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Books:
    """Where the operator finds what happened."""

    log: Log
    metrics: Metrics
    tracer: Tracer


class Journal:
    def __init__(self, app: ASGIApp, books: Books) -> None:
        self._app = app
        self._log, self._metrics, self._tracer = books.log, books.metrics, books.tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        page = _Page()
        scope.setdefault("state", {})  # shared with the layers within, which find out who is calling
        route, began = route_of(path_of(scope)), time.perf_counter()
        with self._tracer.start_as_current_span(route, kind=SpanKind.SERVER, record_exception=False) as span:
            try:
                await self._app(scope, receive, page.noting(send))
            except Exception as error:
                self._metrics.faults.inc()
                self._log.error("fault", route=route, kind=type(error).__name__, where=where(error))
                if not page.status:
                    await problem(500, FAULT)(scope, receive, page.noting(send))
            span.set_attribute("http.response.status_code", page.status)
        self._write(scope, route, page.status, time.perf_counter() - began, caller_of(scope))

    def _write(self, scope: Scope, route: str, status: int, seconds: float, caller: Caller) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        say = self._log.warning if status in (401, 403, 429) or status >= 500 else self._log.info
        who = {"caller": caller.kind, **({"site": caller.site} if caller.site else {})}
        say(
            "request",
            id=secrets.token_hex(4),
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000),
            **who,
        )


def route_of(path: str) -> str:
    """The route of a path, so that there are only as many names as routes; what is none is "other"."""
    found = _ROUTES.match(path)
    if not found or (found.group() == "/" and path != "/"):
        return "other"
    return found.group()


class _Page:
    """The status of the response as it goes out."""

    def __init__(self) -> None:
        self.status = 0

    def noting(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
            await send(message)

        return sending
