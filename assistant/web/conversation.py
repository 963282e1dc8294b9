"""A question on the screen -> what to show while it is answered and after: the conversation as the person sees it."""

from __future__ import annotations

import datetime
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from assistant.model import Reply, Turn
from assistant.saying import News, Said, Withdrawn
from assistant.serving import WebSettings
from assistant.web.asks import Asking, Asks
from assistant.web.chosen import Chosen, Sent
from assistant.web.dates import day_of
from assistant.web.desk import Desk, DeskBusy
from assistant.web.half_said import HalfSaid
from assistant.web.links import digest, to_answer
from assistant.web.lulls import Lull, with_lulls
from assistant.web.pages import plain
from assistant.web.pause import words_of_rest
from assistant.web.records import Record, ReplyKept, whole
from assistant.web.states import State, is_counting, stage
from assistant.web.turns import Exchange, exchange, failed
from assistant.web.words import Words

log = logging.getLogger(__name__)

_AT_ONCE = 0.15  # seconds: statements that come closer together than this are shown together
_EARLIER = 3  # questions that a link to an answer takes along


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen shows. `stage` is seen and, unless `quiet`, heard; `spoken` is for screen readers alone; `box` is None
    to leave the question box as it is, `exchanges` to leave the conversation as it is. What is said by `half` is not kept."""

    records: tuple[Record, ...] = ()
    exchanges: tuple[Exchange, ...] | None = ()
    stage: str = ""
    spoken: str = ""
    working: bool = False
    box: str | None = None
    quiet: bool = False
    half: bool = False


class Conversation:
    """Keeps nothing itself: the questions and replies so far come from the browser with every call."""

    def __init__(self, assistant: Asks, desk: Desk, settings: WebSettings, texts: Words) -> None:
        self._desk = desk
        self._assistant = assistant
        self._settings = settings
        self._texts = texts

    def begin(self) -> Shown:
        return Shown(spoken=self._texts("ask.begun"), box="")

    def again(self, records: Sequence[Record]) -> Shown:
        """The conversation that a browser kept, as it was when it was left."""
        answered = _answered(records)
        said = self._rest() or (self._texts("ask.restored") if answered else "")
        return Shown(answered, self.exchanges(answered), stage=said, box=_pending(records))

    def stop(self, records: Sequence[Record]) -> Shown:
        """The question goes back into the box, so that it can be changed."""
        answered = _answered(records)
        return Shown(answered, self.exchanges(answered), stage=self._texts("ask.stopped"), box=_pending(records))

    async def ask(self, question: str, sent: Sent, records: Sequence[Record]) -> AsyncIterator[Shown]:
        """What to show, step by step; the last is the conversation with its answer."""
        asked, before = plain(question).strip(), _answered(records)
        if refused := self._refusal(asked):
            yield Shown(before, None, stage=refused)
            return
        waiting = Record(question=asked, chosen=Chosen(**dict(sent)), before=list(sent.before))
        records = (*before, waiting)[-self._settings.conversation_turns :]
        pending = Shown(records, self.exchanges(records), stage("Searching", self._texts), working=True, box="")
        yield pending
        half = HalfSaid(self._assistant, len(records), asked, self._texts)
        async for news in with_lulls(self._news(asked, sent, before), _AT_ONCE):
            if isinstance(news, str):
                pending = replace(
                    pending, exchanges=None, stage=stage(news, self._texts), box=None, quiet=is_counting(news)
                )
                yield pending
            elif isinstance(news, Said | Withdrawn):
                half.hear(news)
            elif isinstance(news, Lull):
                if half.more:
                    before_it = self.exchanges(records[:-1])
                    yield replace(
                        pending, half=True, exchanges=(*before_it, half.exchange), spoken=half.said(), quiet=True
                    )
            else:
                yield self._done((*records[:-1], self._record(waiting, news)), sent, half)

    def exchanges(self, records: Sequence[Record]) -> tuple[Exchange, ...]:
        return tuple(self._exchange(n, record, records) for n, record in enumerate(records, 1))

    def _done(self, records: tuple[Record, ...], sent: Sent, half: HalfSaid) -> Shown:
        made = self.exchanges(records)
        last = replace(made[-1], remark=(*made[-1].remark, *self._followed(records[-1], sent)))
        return Shown(records, (*made[:-1], last), spoken=half.rest(records[-1], last.spoken))

    def _rest(self) -> str:
        return words_of_rest(self._settings.operation.pause_folder, self._texts)

    def _refusal(self, asked: str) -> str:
        """Why it is not asked; the question then stays in the box."""
        most = self._settings.max_question_chars
        if rest := self._rest():
            return rest
        if not asked:
            return self._texts("ask.empty")
        return self._texts("ask.too_long", most=most, n=len(asked)) if len(asked) > most else ""

    async def _news(
        self, asked: str, sent: Sent, before: Sequence[Record]
    ) -> AsyncIterator[str | News | Reply | DeskBusy | None]:
        """The stages and statements, then the reply; DeskBusy where there was no place for it, None where it failed."""
        try:
            async for news in self._desk.follow(
                Asking(asked, self._history(() if sent.on else before, sent.before), sent.filters, sent.read)
            ):
                yield news
        except DeskBusy as busy:
            yield busy
        except Exception:  # a person is waiting: whatever it was, tell them and keep serving
            log.exception("a question could not be answered")
            yield None

    def _record(self, waiting: Record, news: Reply | DeskBusy | None) -> Record:
        if news is None or isinstance(news, DeskBusy):
            return waiting.model_copy(update={"fault": "fault" if news is None else "busy"})
        reply = ReplyKept.model_validate(self._assistant.json(news))
        return waiting.model_copy(update={"reply": reply, "on": f"{datetime.date.today()}"})

    def _exchange(self, number: int, record: Record, records: Sequence[Record]) -> Exchange:
        if record.fault:
            return failed(number, record.question, self._texts(f"ask.{record.fault}"), self._texts)
        if record.reply is None:
            return Exchange(number=number, question=record.question)
        reply = whole(record.reply, self._assistant.shelf)
        made = exchange(number, reply, self._assistant.shelf, record.question, self._texts)
        changed = reply["lost"] or any(card.gone for card in made.cards)
        remark = (State("warning", self._texts("reply.changed")),) if changed else ()
        return replace(made, remark=remark, link=self._link(number, record, records), on=day_of(record.on, self._texts))

    def _link(self, number: int, record: Record, records: Sequence[Record]) -> str:
        assert record.reply
        alone = record.reply.search_text == record.question
        earlier = record.before or [one.question for one in records[: number - 1]]
        chosen = record.chosen.model_dump(exclude_defaults=True)
        return to_answer(record.question, chosen, [] if alone else earlier[-_EARLIER:], record.on, record.reply.text)

    def _followed(self, record: Record, sent: Sent) -> tuple[State, ...]:
        """What to say of an answer that a link asked for."""
        if not sent.same or record.reply is None:
            return ()
        same = sent.same == digest(record.reply.text)
        key = "reply.linked_same" if same else "reply.linked_other"
        return (State("check" if same else "warning", self._texts(key, date=day_of(sent.on, self._texts))),)

    def _history(self, before: Sequence[Record], linked: Sequence[str]) -> tuple[Turn, ...]:
        turns = [Turn("user", question) for question in linked]
        for record in before:
            if record.reply:
                turns += [Turn("user", record.question), Turn("assistant", record.reply.text)]
        most = self._settings.max_history_turns
        return tuple(turns[-most:]) if most else ()


def _answered(records: Sequence[Record]) -> tuple[Record, ...]:
    return tuple(record for record in records if not record.waiting)


def _pending(records: Sequence[Record]) -> str | None:
    """The question that was being answered."""
    waiting = [record.question for record in records if record.waiting]
    return waiting[-1] if waiting else None
