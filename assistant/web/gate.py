"""A pure ASGI gate: only the paths listed here exist. Gradio brings file, proxy, upload, run, call, info, history and
monitoring routes that this screen never uses; what is not on the list is answered 404 before Gradio sees it.

Paths are matched whole and as they arrive, so another spelling (%2e, double encoding, capitals, //) opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.caller import path_of
from assistant.web.cross_origin import NOT_LISTED
from assistant.web.problems import not_found, problem

_FILE = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*"
_OURS = re.compile(
    rf"/healthz|/readyz|/metrics|/openapi\.json|/web/{_FILE}|/read/{_FILE}(?:/{_FILE})?|/api/v1/[A-Za-z0-9_.:~/-]+"
    r"|/embed|/embed\.js|/v1/models|/v1/chat/completions|/mcp"
)
_GRADIO = re.compile(
    rf"(?:/cy|/plain)?(?:/|/config|/theme\.css|/favicon\.ico|/robots\.txt|/(?:assets|static)/(?:{_FILE}/)*{_FILE}"
    r"|/gradio_api/(?:queue/(?:join|data)|cancel|reset|app_id|heartbeat/[A-Za-z0-9]+))"  # app_id: asked by a page that lost us
)


class Gate:
    """Lets known paths through; refuses writing requests that another web site's page sends."""

    def __init__(self, app: ASGIApp, origins: Sequence[str] = ()) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":  # nothing here speaks WebSocket
            await send({"type": "websocket.close", "code": 1000})
        elif not is_open(path_of(scope)):
            await not_found()(scope, receive, send)
        elif scope["method"] == "POST" and self._foreign(Headers(scope=scope)):
            await problem(403, NOT_LISTED)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _foreign(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        return origin is not None and origin not in self._origins and urlsplit(origin).netloc != headers.get("host")


def is_open(path: str) -> bool:
    return bool(_OURS.fullmatch(path) or _GRADIO.fullmatch(path)) and "/../" not in f"{path}/"
