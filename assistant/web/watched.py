"""An assistant whose every reply is counted, timed and noted, whichever face it was asked through."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from assistant.guards import holds_personal_data
from assistant.model import Answer, Refusal, Reply, Turn
from assistant.saying import Said, Tells, unheard
from assistant.web.asks import Asks, Shelf
from assistant.web.journal import Books
from assistant.web.logs import where
from assistant.web.question_log import QuestionLog
from index.model import Filters, Hit


class Watched:
    """The same assistant. `words` says whether the words of questions may stand in the log; `kept` is where the operator
    wants questions kept."""

    def __init__(self, assistant: Asks, books: Books, words: bool, kept: QuestionLog | None = None) -> None:
        self._assistant = assistant
        self._metrics, self._log, self._tracer = books.metrics, books.log, books.tracer
        self._words, self._kept = words, kept
        self._metrics.documents.set_function(lambda: len(assistant.shelf.metadata))

    @property
    def shelf(self) -> Shelf:
        return self._assistant.shelf

    @property
    def examples(self) -> Sequence[str]:
        return self._assistant.examples

    def json(self, reply: Reply) -> dict[str, Any]:
        return self._assistant.json(reply)

    def said_json(self, said: Said) -> dict[str, Any]:
        return self._assistant.said_json(said)

    def search(self, text: str, filters: Filters | None = None, most: int = 8) -> Sequence[Hit]:
        return self._assistant.search(text, filters, most)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        on_stage: Callable[[str], None] = lambda stage: None,
        read_filters: bool = True,
        on_said: Tells = unheard,
    ) -> Reply:
        began = time.perf_counter()
        with (
            self._tracer.start_as_current_span("ask", record_exception=False) as span,
            self._metrics.asking.track_inprogress(),
        ):
            try:
                reply = self._assistant.ask(
                    question, history, filters, on_stage=on_stage, read_filters=read_filters, on_said=on_said
                )
            except Exception as error:
                self._metrics.faults.inc()
                self._log.error("fault", kind=type(error).__name__, where=where(error), **self._asked(question))
                raise
            facts = _facts(reply)
            span.set_attributes(facts)
        seconds = time.perf_counter() - began
        self._metrics.answer_seconds.observe(seconds)
        self._metrics.replies.labels(facts["outcome"], facts["reason"]).inc()
        self._log.info("reply", **facts, ms=round(seconds * 1000), earlier_turns=len(history), **self._asked(question))
        self._keep(question, bool(history), reply)
        return reply

    def _asked(self, question: str) -> dict[str, str]:
        return {"question": question} if self._words and not holds_personal_data(question) else {}

    def _keep(self, question: str, followed: bool, reply: Reply) -> None:
        """The person has the answer whether or not there is room for the question."""
        if self._kept:
            try:
                self._kept.note(question, followed, reply)
            except OSError as error:
                self._log.error("a question cannot be kept", why=error.strerror)


def _facts(reply: Reply) -> dict[str, str | int | float]:
    """What an operator may know of a reply: how it went, and what it rests on."""
    reason = str(reply.reason) if isinstance(reply, Refusal) else ""
    sources = sorted({c.passage.source_id for c in reply.citations}) if isinstance(reply, Answer) else []
    timings = {f"{step}_ms": round(ms) for step, ms in reply.trace.timings_ms.items() if step != "total"}
    return {"outcome": str(reply.outcome), "reason": reason, "sources": " ".join(sources), **timings}
