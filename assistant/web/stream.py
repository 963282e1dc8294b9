"""A reply as server-sent events, statement by statement: each comes with the passages it rests on, never before them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import AppStatus

from assistant.web.problems import details
from assistant.web.turned_away import TurnedAway

log = logging.getLogger(__name__)

# A stop lets the answers under way arrive (uvicorn waits for them); the library would cut them off.
AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]

MEDIA_TYPE = "text/event-stream"
_AT_ONCE = 0.1  # seconds
FAULT = "That was our fault. It is in the server's log."
News = AsyncIterator[str | dict[str, Any]]


async def streamed(news: News) -> Response:
    """Answers with the events of `news`. Raises TurnedAway when the question is turned away at once. Where it only waits,
    the response begins without it: only so is it seen that whoever asked has left, and the place given back."""
    first = asyncio.ensure_future(_next(news))
    await asyncio.wait({first}, timeout=_AT_ONCE)
    if first.done() and (error := first.exception()):
        raise error
    return EventSourceResponse(_events(first, news), ping=15)


async def _next(news: News) -> str | dict[str, Any]:
    return await anext(news)


async def _events(first: asyncio.Future[str | dict[str, Any]], news: News) -> AsyncIterator[ServerSentEvent]:
    try:
        for event in _of(await first):
            yield event
        async for item in news:
            for event in _of(item):
                yield event
    except TurnedAway as turned:
        yield _event("problem", details(turned.status, turned.words))
    except Exception as error:  # the status is sent already: say it in the stream, and keep serving
        log.error("a question could not be answered: %s", type(error).__name__)
        yield _event("problem", details(500, FAULT))
    finally:
        first.cancel()
        await _close(news)


def _of(item: str | dict[str, Any]) -> Iterator[ServerSentEvent]:
    if isinstance(item, str):
        yield _event("stage", {"stage": item})
        return
    yield from in_order(item)
    yield _event("reply", item)


def in_order(reply: dict[str, Any]) -> Iterator[ServerSentEvent]:
    """Each statement after the citations that it is the first to use; then what is nearby, the note and the notices."""
    waiting = {citation["number"]: citation for citation in reply["citations"]}
    for claim in reply["claims"]:
        for number in claim["citations"]:
            if number in waiting:
                yield _event("citation", waiting.pop(number))
        yield _event("statement", claim)
    for citation in reply["related"]:
        yield _event("related", citation)
    for notice in reply["notices"]:
        yield _event("notice", notice)


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)


async def _close(news: News) -> None:
    close = getattr(news, "aclose", None)
    with contextlib.suppress(RuntimeError):  # it is running: its own end closes it
        if close:
            await close()
