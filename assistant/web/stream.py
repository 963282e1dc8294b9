"""An answer as server-sent events, one for each thing that happens while it is made."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import AppStatus

from assistant.web.problems import details
from assistant.web.telling import Event
from assistant.web.turned_away import TurnedAway

log = logging.getLogger(__name__)

# A stop lets the answers under way arrive (uvicorn waits for them); the library would cut them off.
AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]

MEDIA_TYPE = "text/event-stream"
_AT_ONCE = 0.1  # seconds
FAULT = "That was our fault. It is in the server's log."


def _problem(status: int, words: str) -> ServerSentEvent:
    return _event("problem", details(status, words))


async def streamed(
    events: AsyncIterator[ServerSentEvent], problem: Callable[[int, str], ServerSentEvent] = _problem
) -> Response:
    """Answers with the events. Raises TurnedAway when the question is turned away at once. Where it only waits, the
    response begins without it: only so is it seen that whoever asked has left, and the place given back. What goes wrong
    after that is the last event: a `problem` of its status and words."""
    first = asyncio.ensure_future(_next(events))
    await asyncio.wait({first}, timeout=_AT_ONCE)
    if first.done() and (error := first.exception()):
        raise error
    return EventSourceResponse(_sent(first, events, problem), ping=15)


async def named(events: AsyncGenerator[Event, None]) -> AsyncIterator[ServerSentEvent]:
    async with contextlib.aclosing(events):
        async for event in events:
            yield _event(*event)


async def _next(events: AsyncIterator[ServerSentEvent]) -> ServerSentEvent:
    return await anext(events)


async def _sent(
    first: asyncio.Future[ServerSentEvent],
    events: AsyncIterator[ServerSentEvent],
    problem: Callable[[int, str], ServerSentEvent],
) -> AsyncIterator[ServerSentEvent]:
    try:
        yield await first
        async for event in events:
            yield event
    except TurnedAway as turned:
        yield problem(turned.status, turned.words)
    except Exception as error:  # the status is sent already: say it in the stream, and keep serving
        log.error("a question could not be answered: %s", type(error).__name__)
        yield problem(500, FAULT)
    finally:
        first.cancel()
        await _close(events)


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)


async def _close(events: AsyncIterator[ServerSentEvent]) -> None:
    close = getattr(events, "aclose", None)
    with contextlib.suppress(RuntimeError):  # it is running: its own end closes it
        if close:
            await close()
