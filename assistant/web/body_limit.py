"""A pure ASGI limit on request bodies: read whole before anything parses them, refused when too long or too slow."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.problems import problem


class TooLong(Exception):
    """The body goes past the limit."""


class BodyLimit:
    def __init__(self, app: ASGIApp, most_bytes: int, seconds: float) -> None:
        self._app = app
        self._most = most_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(self._read(Headers(scope=scope), receive), self._seconds)
        except TooLong:
            await problem(413, f"A request may hold {self._most} bytes at most.")(scope, receive, send)
        except TimeoutError:
            await problem(408, "The request took too long to arrive.")(scope, receive, send)
        else:
            await self._app(scope, _replay(body, receive), send)

    async def _read(self, headers: Headers, receive: Receive) -> bytes:
        if _declared(headers) > self._most:
            raise TooLong
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._most:
                raise TooLong
            if message["type"] != "http.request" or not message.get("more_body"):
                return bytes(body)


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or _declared(headers) > 0


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() and length.isascii() else 0


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body in one message, then whatever comes after it (a disconnect)."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed
