"""A question that is not answered now: the status and the sentence for whoever asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class TurnedAway(Exception):
    """`status` is the HTTP status, `words` the sentence, `seconds` when to come back (0: unknown)."""

    def __init__(self, status: int, words: str, seconds: int = 0) -> None:
        super().__init__(words)
        self.status, self.words, self.seconds = status, words, seconds

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.seconds)} if self.seconds else {}


class InFlight:
    """One question at a time in each conversation. For one event loop."""

    def __init__(self) -> None:
        self._busy: set[str] = set()

    @contextmanager
    def one(self, conversation: str) -> Iterator[None]:
        """Raises TurnedAway while an earlier question of the conversation is being answered; without a name, never."""
        if conversation and conversation in self._busy:
            raise TurnedAway(409, "Your last question is still being answered. Please wait for it.", 1)
        self._busy.add(conversation)
        try:
            yield
        finally:
            self._busy.discard(conversation)
