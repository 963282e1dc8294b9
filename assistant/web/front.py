"""A pure ASGI layer for what stands in front of us: forwarding headers are believed only from servers we were told to
trust and removed when they come from elsewhere; the path prefix is told apart from our own paths."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.web.caller import address_of, with_path

# Whoever is in front passes the Host header on; these two would let it be overruled.
_NEVER = {b"x-forwarded-host", b"x-gradio-server"}
_FORWARDING = {b"forwarded", b"x-real-ip", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-port"}


class Front:
    def __init__(self, app: ASGIApp, trusted: Sequence[str], person_header: str, prefix: str) -> None:
        self._plain = app
        self._forwarded = ProxyHeadersMiddleware(app, trusted_hosts=list(trusted))  # type: ignore[arg-type]
        self._trusted = [ipaddress.ip_network(network) for network in trusted]
        self._from_front = _FORWARDING | {person_header.encode()}
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._plain(scope, receive, send)
            return
        trusted = self._trusts(address_of(scope))
        came = {name.lower() for name, _ in scope["headers"]}
        scope.setdefault("state", {})["forwarded"] = bool(came & (_FORWARDING | {b"via"}))
        dropped = _NEVER if trusted else _NEVER | self._from_front
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in dropped]}
        if self._prefix and scope["path"] == self._prefix:
            await RedirectResponse(f"{self._prefix}/", 308)(scope, receive, send)
            return
        inner = with_path(scope, self._without_prefix(scope["path"]), self._prefix) if self._prefix else scope
        await (self._forwarded if trusted else self._plain)(inner, receive, send)  # type: ignore[arg-type]

    def _without_prefix(self, path: str) -> str:
        """A server in front may take the prefix off or leave it on."""
        return path[len(self._prefix) :] if path.startswith(f"{self._prefix}/") else path

    def _trusts(self, address: str) -> bool:
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:  # a name, as in tests, or none: a socket file
            return False
        return any(peer in network for network in self._trusted)
