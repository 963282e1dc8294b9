"""Our addresses that lead nowhere: 404, or 405 where the address is right and the method is not. Without this Gradio,
mounted at the root, would answer them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.requests import Request
from starlette.routing import Match

from assistant.web.problems import not_found, problem

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_PATHS = ("/api/{rest:path}", "/v1/{rest:path}", "/embed", "/embed.js", "/mcp", "/metrics", "/healthz", "/readyz")


def nowhere(others: Sequence[APIRouter]) -> APIRouter:
    """A router for the addresses that `others` leave; to be included after them."""
    router = APIRouter()
    for path in _PATHS:
        router.add_api_route(path, _answer(others), methods=_METHODS, include_in_schema=False)
    return router


def _answer(others: Sequence[APIRouter]) -> Any:
    def answer(request: Request) -> Response:
        allowed = {
            method
            for router in others
            for route in router.routes
            if route.matches(request.scope)[0] is Match.PARTIAL
            for method in getattr(route, "methods", ())
        }
        if not allowed:
            return not_found()
        return problem(405, "This address takes another method.", {"Allow": ", ".join(sorted(allowed))})

    return answer
