"""A checked question -> its reply, for every program that asks over HTTP: one at a time in a conversation, in bounded
time, with a plain sentence when it cannot be now."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine, Sequence
from typing import Any

from starlette.requests import Request

from assistant.model import Reply, Turn
from assistant.saying import News
from assistant.serving import WebSettings
from assistant.web.asks import Asking, Asks
from assistant.web.caller import Caller
from assistant.web.desk import Desk, DeskBusy
from assistant.web.telling import Event, Telling
from assistant.web.turned_away import InFlight, TurnedAway
from index.model import Filters

LATE = "No answer was ready in time."


class Answering:
    def __init__(self, assistant: Asks, desk: Desk, settings: WebSettings) -> None:
        self._assistant = assistant
        self._desk = desk
        self._settings = settings
        self._in_flight = InFlight()

    def asking(self, question: str, history: Sequence[Turn], filters: Filters, read_filters: bool = True) -> Asking:
        """Raises TurnedAway (422) for what no person may ask."""
        most = self._settings.max_question_chars
        if len(question) > most:
            raise TurnedAway(422, f"A question may have {most} characters at most; this has {len(question)}.")
        if filters.sources - set(self._assistant.shelf.metadata):
            raise TurnedAway(422, "There is no source of that id. GET /api/v1/sources lists them.")
        turns = self._settings.max_history_turns
        return Asking(question, tuple(history[-turns:]) if turns else (), filters, read_filters)

    async def reply(self, asking: Asking, caller: Caller, conversation: str = "") -> dict[str, Any]:
        """The reply as JSON. Raises TurnedAway."""
        last: dict[str, Any] = {}
        async with contextlib.aclosing(self.events(asking, caller, conversation)) as events:
            async for _, data in events:
                last = data
        return last

    async def events(self, asking: Asking, caller: Caller, conversation: str = "") -> AsyncGenerator[Event, None]:
        """What happens, as it does; the last is the reply. Raises TurnedAway, before the first event or later."""
        telling = Telling(self._assistant)
        async with contextlib.aclosing(self.news(asking, caller, conversation)) as news:
            async for item in news:
                for event in telling.of(item):
                    yield event

    async def news(
        self, asking: Asking, caller: Caller, conversation: str = ""
    ) -> AsyncGenerator[str | News | Reply, None]:
        """Stages and statements as they come; the last is the reply. Raises TurnedAway, before the first of them or later."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._settings.answer_seconds
        with self._in_flight.one(_key(caller, conversation)):
            async with contextlib.aclosing(self._desk.follow(asking)) as news:  # type: ignore[type-var]
                while True:
                    try:
                        item = await asyncio.wait_for(anext(news), until - loop.time())
                    except StopAsyncIteration:
                        return
                    except DeskBusy:
                        busy = "Too many questions at once. Please ask again in a moment."
                        raise TurnedAway(503, busy, 2) from None
                    except TimeoutError:
                        raise TurnedAway(504, LATE) from None
                    yield item


async def while_there(request: Request, answer: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """The reply, unless whoever asked leaves before it is there: then the question is given up. Raises TurnedAway."""
    work, gone = asyncio.ensure_future(answer), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            raise TurnedAway(503, "Nobody waits for the answer any more.")
        return work.result()
    finally:
        work.cancel()
        gone.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _key(caller: Caller, conversation: str) -> str:
    """An opened chat is one conversation; a program may name its own."""
    return caller.name if caller.session else f"{caller.name} {conversation}" if conversation else ""
