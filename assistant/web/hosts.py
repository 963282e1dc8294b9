"""A pure ASGI layer that answers under the server's own names only. Which those are, Starlette's layer decides; what is said
to the others is ours, and repeats nothing of what they sent."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.problems import problem

NOT_OURS = "This server does not answer to that name. Whoever runs it lists its names in web.allowed_hosts."


class Hosts:
    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or await self._ours(scope, receive):
            await self._app(scope, receive, send)
        elif Headers(scope=scope).get("host"):
            await problem(421, NOT_OURS)(scope, receive, send)
        else:
            await problem(400, "The request names no server.")(scope, receive, send)

    async def _ours(self, scope: Scope, receive: Receive) -> bool:
        passed = False

        async def noted(*_: object) -> None:
            nonlocal passed
            passed = True

        async def unsent(_: Message) -> None: ...

        await TrustedHostMiddleware(noted, self._names, www_redirect=False)(scope, receive, unsent)
        return passed
