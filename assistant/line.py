"""The line to a language model: messages in, its words out within the time and tokens that are set, or ModelUnavailable."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from assistant.breaker import Allowance, Breaker
from assistant.endpoint import LLMSettings
from assistant.errors import ModelUnavailable
from assistant.llm import hang_up

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage, ChatResponse

log = logging.getLogger(__name__)
CHARACTERS_A_TOKEN = 3  # of English; rather too few, so that what is estimated fits
_MOST_CHARACTERS_A_TOKEN = 12  # a model that writes more than this for its tokens does not count them


class Line:
    """Safe to share between threads. What goes wrong is told as ModelUnavailable in words for the person who asked."""

    def __init__(self, llm: LLM, settings: LLMSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.llm, self.settings, self._clock = llm, settings, clock
        self._breaker = Breaker(settings.failures, settings.rest_seconds, clock)
        self._allowance = Allowance(settings.tokens_an_hour, clock)
        self._places = BoundedSemaphore(settings.at_once)

    def say(
        self,
        messages: Sequence[ChatMessage],
        enough: Callable[[str], bool] = lambda _: False,
    ) -> str:
        """What the model writes until it ends, `enough` of it is there, or the time is up. Raises ModelUnavailable."""
        written = ""
        with closing(self.hear(messages)) as hearing:
            for written in hearing:
                if enough(written):
                    break
        return written

    def hear(self, messages: Sequence[ChatMessage]) -> Generator[str, None, None]:
        """What the model has written so far, longer each time, until it ends or the time is up; to be closed by whoever
        has heard enough. Raises ModelUnavailable, also after the first words."""
        size = sum(len(message.content or "") for message in messages) // CHARACTERS_A_TOKEN
        with self._place(size + self.settings.most_tokens), self._counted():
            yield from self._hear(messages, self._clock() + self.settings.total_seconds)

    @contextmanager
    def _place(self, tokens: int) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise ModelUnavailable("is busy with other questions")
        try:
            if not self._breaker.allows():
                raise ModelUnavailable("has failed several times and is left alone for a while")
            if not self._allowance.spend(tokens):
                raise ModelUnavailable("has used up what it may use in an hour")
            yield
        finally:
            self._places.release()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Failures open the breaker; whatever the model's client raises becomes ModelUnavailable."""
        try:
            yield
        except GeneratorExit:  # enough was heard
            self._breaker.passed()
            raise
        except Exception as error:  # another's code on another's words: whatever it was, the answer is made without it
            self._breaker.failed()
            why = _why(error)
            log.warning("the language model %s (%s)", why, type(error).__name__)
            # The error itself may hold the key or the question, and is not passed on.
            raise ModelUnavailable(why) from None
        self._breaker.passed()

    def _hear(self, messages: Sequence[ChatMessage], until: float) -> Iterator[str]:
        most = self.settings.most_tokens * _MOST_CHARACTERS_A_TOKEN
        written = ""
        stream: Iterator[ChatResponse] = iter(())
        try:
            stream = self.llm.stream_chat(messages)
            for part in stream:
                written = (written + (part.delta or ""))[:most]  # one part may hold any number of characters
                yield written
                if len(written) == most or self._clock() >= until:
                    break
        finally:
            close = getattr(stream, "close", None)
            if close:
                close()
            hang_up()
        if not written.strip():
            raise ModelUnavailable("sent nothing that could be read")


def _why(error: Exception) -> str:
    """What happened, to end a sentence that begins "The language model"."""
    if isinstance(error, ModelUnavailable):
        return str(error)
    names = {kind.__name__ for kind in type(error).__mro__}
    status = getattr(error, "status_code", None)
    if "TimeoutError" in names or any("Timeout" in name for name in names):
        return "did not answer in time"
    if status in (401, 403):
        return f"did not let us in (status {status}): its key may be wrong"
    if status == 404:
        return "was not found at its address (status 404): the endpoint or the model's name may be wrong"
    if status is not None:
        return f"could not answer (status {status})"
    if names & {"APIConnectionError", "ConnectError", "ConnectionError", "TransportError", "OSError"}:
        return "could not be reached"
    return "sent something that could not be read"
