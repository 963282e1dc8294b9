"""A pure ASGI layer that sets the security headers of every response.

Gradio's page carries inline scripts (its configuration). They are let in by their hashes, so that no other inline
script and no inline handler runs, whatever finds its way into the page. Two concessions are Gradio's: it compiles the
fixed template of each HTML part ('unsafe-eval') and sets style attributes ('unsafe-inline' for styles only).
"""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.caller import path_of

_INLINE = re.compile(rb"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script>", re.S | re.I)
_REST = (
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_PAGES = ("/", "/cy/", "/plain/")  # the screen in each language
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class Policy:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif path_of(scope) in _PAGES:
            await self._app(_uncompressed(scope), receive, _Page(send).send)
        else:
            await self._app(scope, receive, _with_headers(send))


def content_policy(page: bytes = b"") -> str:
    """The policy for a page, its own inline scripts let in by hash."""
    hashes = "".join(f" 'sha256-{_digest(script)}'" for script in _INLINE.findall(page))
    return f"default-src 'self'; script-src 'self' 'unsafe-eval'{hashes}; {_REST}"


def _digest(script: bytes) -> str:
    # A browser normalises line ends before it hashes.
    return base64.b64encode(hashlib.sha256(script.replace(b"\r\n", b"\n")).digest()).decode()


def _uncompressed(scope: Scope) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
    return {**scope, "headers": kept}


def _set(start: Message, policy: str) -> None:
    """What a page of ours decided for itself stays; a page that others may frame says so in its own policy."""
    headers = MutableHeaders(scope=start)
    framed = "content-security-policy" in headers
    for name, value in {**_ALWAYS, "content-security-policy": policy}.items():
        if not (framed and name == "x-frame-options"):
            headers.setdefault(name, value)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            _set(message, content_policy())
        await send(message)

    return sending


class _Page:
    """Holds a page back until it is whole, since its policy depends on what stands in it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish()

    async def _finish(self) -> None:
        _set(self._start, content_policy(self._body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._body})
