"""A pure ASGI layer that ends Gradio's heartbeat streams when the server stops: an open page would hold it up."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.caller import path_of

_ENDLESS = "/gradio_api/heartbeat/"  # below the page of any language


class Hangup:
    def __init__(self, app: ASGIApp, stopping: asyncio.Event) -> None:
        self._app = app
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endless = scope["type"] == "http" and _ENDLESS in path_of(scope)
        await self._app(scope, self._until_stopped(receive) if endless else receive, send)

    def _until_stopped(self, receive: Receive) -> Receive:
        async def receiving() -> Message:
            message = asyncio.ensure_future(receive())
            stop = asyncio.ensure_future(self._stopping.wait())
            try:
                await asyncio.wait({message, stop}, return_when=asyncio.FIRST_COMPLETED)
                return message.result() if message.done() else {"type": "http.disconnect"}
            finally:
                message.cancel()
                stop.cancel()

        return receiving
