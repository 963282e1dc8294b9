"""Listening: where, until Ctrl-C, and a plain sentence when the port is taken."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from assistant.errors import AssistantError
from assistant.serving import WebSettings
from assistant.upkeep import Upkeep
from assistant.web.application import create_app
from assistant.web.asks import Asks


class CannotServe(AssistantError):
    """The server cannot listen where it was told to."""


class _Server(uvicorn.Server):
    """Says the address once it answers."""

    def __init__(self, app: FastAPI, stop_seconds: int, say: Callable[[], None]) -> None:
        # Forwarding headers are our own layer's business: uvicorn would believe any from this machine.
        config = uvicorn.Config(
            app, log_level="warning", server_header=False, proxy_headers=False, timeout_graceful_shutdown=stop_seconds
        )
        super().__init__(config)
        self._say = say
        self._stopping: asyncio.Event = app.state.stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._say()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping.set()
        await super().shutdown(sockets)


def serve(
    assistant: Asks, settings: WebSettings, say: Callable[[str], None] = print, upkeep: Upkeep | None = None
) -> None:
    listening = listen(settings.host, settings.port)
    port = listening.getsockname()[1]
    try:
        app = create_app(assistant, settings, upkeep=upkeep)
        where = f"{address(settings.host, port)}{settings.prefix}"
        server = _Server(
            app, settings.operation.stop_seconds, lambda: say(f"Common Ground answers at {where}  (Ctrl-C stops it)")
        )
        with contextlib.suppress(KeyboardInterrupt):
            server.run([listening])
    finally:
        listening.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket bound before anything slow is loaded, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise CannotServe(_why(host, port, error)) from error
    return bound


def address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use, perhaps by another Common Ground. Stop that one, or choose another port: "
            f"COMMON_GROUND_WEB__PORT={port + 1} python app.py"
        )
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}. Choose one above 1023 in web.port."
    return f"Cannot listen on {host} port {port}: {error.strerror}. Set web.host and web.port."
