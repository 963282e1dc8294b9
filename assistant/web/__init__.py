"""The faces of the assistant: the chat screen and the HTTP API, in one FastAPI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from assistant.serving import WebSettings
    from assistant.upkeep import Upkeep
    from assistant.web.asks import Asks

__all__ = ["create_app", "serve"]


# Gradio takes seconds to import, and whoever asks at the command line never needs it.
def create_app(assistant: Asks, settings: WebSettings, upkeep: Upkeep | None = None) -> FastAPI:
    """The application: screen at `/`, API under `/api/v1`, the operator's page where there is somebody for the upkeep."""
    from assistant.web.application import create_app

    return create_app(assistant, settings, upkeep=upkeep)


def serve(
    assistant: Asks, settings: WebSettings, say: Callable[[str], None] = print, upkeep: Upkeep | None = None
) -> None:
    """Serves until Ctrl-C; says the address once it answers. Raises CannotServe when it cannot listen there."""
    from assistant.web.server import serve

    serve(assistant, settings, say, upkeep)
