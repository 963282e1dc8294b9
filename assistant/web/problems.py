"""Errors of the HTTP side as problem details (RFC 9457): a status, a title and one plain sentence, never a traceback."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


def details(status: int, words: str, **more: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": words, **more}


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    body = details(status, detail, **more)
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def not_found() -> JSONResponse:
    return problem(404, "There is nothing at this address.")
