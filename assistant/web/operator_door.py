"""The way to the operator's page: pure ASGI, around the page's own small application and beside everything else.

Its token travels in a header that the page's script sets, never in a cookie or a prompt of the browser, so no other page
can have a request sent with it. Nothing of a request is read before the token is.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.serving import WebSettings
from assistant.web import credentials
from assistant.web.body_limit import BodyLimit
from assistant.web.caller import Caller, address_of, path_of, set_caller, was_forwarded
from assistant.web.hosts import Hosts
from assistant.web.problems import problem

PAGE = "/operator"
API = f"{PAGE}/api/"
UPLOAD = f"{API}documents"  # counts what arrives by itself, and keeps it out of memory


class OperatorDoor:
    def __init__(self, app: ASGIApp, inside: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._large = Hosts(inside, settings.hosts)
        self._inside = BodyLimit(self._large, settings.max_body_bytes, settings.body_seconds)
        self._secret = settings.operator.secret
        self._alone = settings.access.rule == "loopback"
        self._failures = MovingWindowRateLimiter(MemoryStorage())
        self._most = parse_many(settings.access.failures) if settings.access.failures else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = path_of(scope) if scope["type"] == "http" else ""
        if path != PAGE and not path.startswith(f"{PAGE}/"):
            await self._app(scope, receive, send)
        elif refused := self._refused(scope, path):
            status, words = refused
            challenge = {"WWW-Authenticate": 'Bearer realm="operator"'} if status == 401 else {}
            await problem(status, words, challenge)(scope, receive, send)
        else:
            set_caller(scope, Caller("person", "operator"))
            await (self._large if path == UPLOAD else self._inside)(scope, receive, send)

    def _refused(self, scope: Scope, path: str) -> tuple[int, str] | None:
        """Status and words; None for who may come in. The page itself holds nothing and is for anybody."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            return 403, "Pages of this web site may not call the operator's page."
        if self._alone and was_forwarded(scope):
            return 403, "Something in front of this server brings others here, and web.access.rule is loopback."
        if not path.startswith(API):
            return None
        address = address_of(scope)
        if not all(self._failures.test(limit, address) for limit in self._most):
            return 429, "Too many wrong tokens came from your address. Please wait a minute."
        if credentials.same(credentials.read(headers.get("authorization", "")).bearer, self._secret):
            return None
        for limit in self._most:
            self._failures.hit(limit, address)
        return 401, "That is not the operator's token. It stands in web.operator.token_file of the settings."
