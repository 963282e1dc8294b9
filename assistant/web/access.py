"""A pure ASGI layer that lets nobody past whom the access rule does not know. What carries no content is open to all."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access import HOW, Rule
from assistant.web.caller import address_of, path_of, set_caller, was_forwarded
from assistant.web.doorkeeper import Doorkeeper, Refused
from assistant.web.problems import problem

# Health, the widget's own files and its first page, which decides for itself; /metrics has a door of its own.
OPEN = re.compile(r"/healthz|/readyz|/metrics|/embed\.js|/embed|/web/[^/]+|/favicon\.ico|/robots\.txt")


class Access:
    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper, rule: Rule) -> None:
        self._app = app
        self._rule = rule
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or OPEN.fullmatch(path_of(scope)):
            await self._app(scope, receive, send)
            return
        if self._rule == "loopback" and was_forwarded(scope):
            words = f"Something in front of this server brings others here, and no rule says who may ask. {HOW}."
            await problem(403, words)(scope, receive, send)
            return
        found = self._doorkeeper.admit(Headers(scope=scope), address_of(scope), path_of(scope))
        if isinstance(found, Refused):
            challenge = {"WWW-Authenticate": found.challenge} if found.challenge else {}
            await problem(found.status, found.words, challenge)(scope, receive, send)
        else:
            set_caller(scope, found)
            await self._app(scope, receive, send)
