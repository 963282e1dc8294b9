"""A question on the screen -> what to show while it is answered and after: the conversation as the person sees it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from assistant.model import Refusal, Reply, Turn
from assistant.serving import WebSettings
from assistant.web.asks import Asking, Asks
from assistant.web.desk import Desk, DeskBusy
from assistant.web.pages import plain
from assistant.web.states import stage
from assistant.web.turns import Exchange, exchange, failed

log = logging.getLogger(__name__)

FAULT = "That was our fault, not yours. The question is kept: you can ask it again."
BUSY = "Too many people are asking just now. Please ask again in a moment."
STOPPED = "Stopped."


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen shows. `stage` is seen and heard, `spoken` is for screen readers alone; `box` is None to leave
    the question box as it is."""

    exchanges: tuple[Exchange, ...] = ()
    stage: str = ""
    spoken: str = ""
    working: bool = False
    box: str | None = None


class Conversation:
    """Keeps nothing itself: the exchanges so far come with every call."""

    def __init__(self, assistant: Asks, desk: Desk, settings: WebSettings) -> None:
        self._desk = desk
        self._assistant = assistant
        self._settings = settings

    def begin(self) -> Shown:
        return Shown(spoken="New conversation.", box="")

    def stop(self, exchanges: Sequence[Exchange]) -> Shown:
        """The question goes back into the box, so that it can be changed."""
        pending = [one.question for one in exchanges if one.state is None]
        return Shown(_answered(exchanges), stage=STOPPED, box=pending[-1] if pending else None)

    async def ask(self, question: str, exchanges: Sequence[Exchange]) -> AsyncIterator[Shown]:
        """What to show, step by step; the last is the conversation with its answer."""
        asked, before = plain(question).strip(), _answered(exchanges)
        if refused := self._refusal(asked):
            yield Shown(before, stage=refused)
            return
        waiting = Exchange(number=before[-1].number + 1 if before else 1, question=asked)
        pending = Shown((*before, waiting), stage="Searching…", working=True, box="")
        yield pending
        async for news in self._news(asked, before, waiting.number):
            if isinstance(news, Exchange):
                yield Shown(self._recent((*before, news)), spoken=news.spoken)
            else:
                yield replace(pending, stage=stage(news), box=None)

    def _refusal(self, asked: str) -> str:
        most = self._settings.max_question_chars
        if not asked:
            return "Please type a question first."
        return f"Please ask in {most} characters or fewer; this is {len(asked)}." if len(asked) > most else ""

    async def _news(self, asked: str, before: Sequence[Exchange], number: int) -> AsyncIterator[str | Exchange]:
        try:
            async for news in self._desk.follow(Asking(asked, self._history(before))):
                yield news if isinstance(news, str) else self._exchange(number, asked, news)
        except DeskBusy:
            yield failed(number, asked, BUSY)
        except Exception:  # a person is waiting: whatever it was, tell them and keep serving
            log.exception("a question could not be answered")
            yield failed(number, asked, FAULT)

    def _exchange(self, number: int, asked: str, reply: Reply) -> Exchange:
        words = reply.text if isinstance(reply, Refusal) else ""
        return exchange(number, self._assistant.json(reply), self._assistant.shelf, asked, words)

    def _history(self, exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
        turns = [turn for one in exchanges if one.reply_text for turn in one.turns]
        most = self._settings.max_history_turns
        return tuple(turns[-most:]) if most else ()

    def _recent(self, exchanges: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
        return exchanges[-self._settings.conversation_turns :]


def _answered(exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    return tuple(one for one in exchanges if one.state is not None)
