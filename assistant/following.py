"""An assistant that follows the index: when another generation serves, it is opened, and the old one is left in peace.

The old one is closed behind the last who reads it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from assistant.assistant import Assistant, Stage
from assistant.memory import give_back
from assistant.model import Reply, Turn
from assistant.saying import News, Said, Tells, Withdrawn, unheard
from index.errors import IndexProblem
from index.model import Filters, Hit, Passage
from index.shelf import Shelf
from ingest.model import Metadata

log = logging.getLogger(__name__)

Opens = Callable[[], AbstractContextManager[Assistant]]
Mark = Callable[[], object]
"""Another value, another index serves."""

_LOOKS = 1.0  # seconds between two looks while nobody asks
_LINGERS = 120.0  # seconds in which a reply of the index before may still be rendered


@dataclass(slots=True)
class _Open:
    assistant: Assistant
    closing: ExitStack
    mark: object
    readers: int = 0
    left_at: float = field(default=float("inf"))


class FollowingShelf(Shelf):
    """What is on the shelf now, for those who hold on to it. Whatever it is asked for, it takes from the shelf that is open."""

    def __init__(self, now: Callable[[], Shelf]) -> None:
        self._now = now

    def __getattr__(self, name: str) -> Any:
        return getattr(self._now(), name)

    @property
    def metadata(self) -> dict[str, Metadata]:  # there it is kept once made; here it may change
        return self._now().metadata


class FollowingAssistant(Assistant):
    """Safe to share between threads. A context manager: it holds what it opened until the end. Whatever it does not do
    itself is done with the parts of the assistant that is open, so it can stand wherever an Assistant does."""

    def __init__(self, first: Opens, again: Opens, mark: Mark, lingers: float = _LINGERS) -> None:
        self._first, self._again, self._mark, self._lingers = first, again, mark, lingers
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._before: _Open | None = None
        self._left = False  # something was, since memory was last given back
        self._unusable: object = None
        self.shelf = FollowingShelf(lambda: self._now.assistant.shelf)

    def __getattr__(self, name: str) -> Any:
        if name == "_now":
            raise AttributeError("nothing is open yet")
        return getattr(self._now.assistant, name)

    def __enter__(self) -> FollowingAssistant:
        self._now = self._open(self._first)
        threading.Thread(target=self._watch, name="follow-index", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with self._lock:
            self._now.closing.close()

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        on_stage: Stage = lambda _: None,
        read_filters: bool = True,
        on_said: Tells = unheard,
    ) -> Reply:
        """Like `Assistant.ask`, of the index that serves. A question during which another was put in place is asked again:
        the files of the one before may have gone while it searched, and with them what it would have found. What was said
        by then is withdrawn."""
        for last in (False, False, True):
            said: list[News] = []

            def tell(news: News, said: list[News] = said) -> None:
                said.append(news)
                on_said(news)

            with self._reading() as opened:
                try:
                    reply = opened.assistant.ask(question, history, filters, on_stage, read_filters, tell)
                except IndexProblem:
                    if last or self._mark() == opened.mark:
                        raise
                else:
                    if last or self._mark() in (opened.mark, self._unusable):
                        break
            if said:
                on_said(Withdrawn())
        return reply

    def search(self, text: str, filters: Filters | None = None, most: int = 8) -> list[Hit]:
        with self._reading() as opened:
            return opened.assistant.search(text, filters, most)

    def json(self, reply: Reply) -> dict[str, Any]:
        """By the shelf that the reply was made from."""
        return self._of([hit.passage for hit in reply.trace.hits]).json(reply)

    def said_json(self, said: Said) -> dict[str, Any]:
        """By the shelf that it was said from."""
        return self._of([citation.passage for citation in said.citations]).said_json(said)

    # following

    def _of(self, passages: Sequence[Passage]) -> Assistant:
        """The assistant whose shelf holds them all: that of now, or else that of before."""
        before = self._before
        whole = all(self._now.assistant.shelf.holds(passage.id) for passage in passages)
        return (self._now if whole or before is None else before).assistant

    @contextmanager
    def _reading(self) -> Iterator[_Open]:
        with self._lock:
            self._follow()
            opened = self._now
            opened.readers += 1
        try:
            yield opened
        finally:
            with self._lock:
                opened.readers -= 1
                self._close_if_left(opened)

    def _follow(self) -> None:
        """Under the lock, so that nobody is answered from an index that has been replaced while the new one is opened."""
        mark = self._mark()
        if mark in (self._now.mark, self._unusable):
            return
        try:
            opened = self._open(self._again)
        except Exception:  # damaged, of other settings, half the disk gone: what is open still answers
            log.exception("another index is in place and cannot be opened; the one before goes on answering")
            self._unusable = mark
            return
        self._before, self._now, self._left = self._now, opened, True
        self._before.left_at = time.monotonic()
        self._close_if_left(self._before)

    def _open(self, opens: Opens) -> _Open:
        """The mark is taken first: what is switched to while we open is then seen the next time."""
        closing = ExitStack()
        mark = self._mark()
        assistant = closing.enter_context(opens())
        if opens is self._first:  # may have made the index itself
            mark = self._mark()
        return _Open(assistant, closing, mark)

    def _close_if_left(self, opened: _Open) -> None:
        if opened is not self._now and opened.readers == 0:
            opened.closing.close()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOKS):
            with self._lock:
                if self._ended.is_set():
                    return
                self._follow()
                if self._before and time.monotonic() - self._before.left_at > self._lingers:
                    self._before, self._left = None, True  # its texts leave memory
                left, self._left = self._left, False
            if left:
                give_back()
