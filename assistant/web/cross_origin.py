"""A pure ASGI layer around Starlette's answers to pages of other web sites that ask first whether they may: a refusal is
told in our words and repeats nothing of what was sent."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.problems import problem

METHODS, HEADERS = ("GET", "POST"), ("Accept", "Authorization", "Content-Type")
NOT_LISTED = "Pages of this web site may not ask here."
NOT_THAT_WAY = (
    f"Pages of other web sites may use {' and '.join(METHODS)} here, and set {', '.join(HEADERS)}; nothing else."
)
_VARY = {"Vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"}


class CrossOrigin:
    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _asks_first(scope):
            await self._app(scope, receive, send)
            return
        refused = False

        async def unless_refused(message: Message) -> None:
            nonlocal refused
            refused = refused or message.get("status", 200) >= 400
            if not refused:
                await send(message)

        await self._app(scope, receive, unless_refused)
        if refused:
            words = NOT_THAT_WAY if Headers(scope=scope)["origin"] in self._origins else NOT_LISTED
            await problem(403, words, _VARY)(scope, receive, send)


def _asks_first(scope: Scope) -> bool:
    """Whether it is a CORS preflight, which Starlette's layer answers by itself."""
    if scope["type"] != "http" or scope["method"] != "OPTIONS":
        return False
    headers = Headers(scope=scope)
    return "origin" in headers and "access-control-request-method" in headers
