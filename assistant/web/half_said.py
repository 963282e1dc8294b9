"""An answer in the making as a turn of the conversation: the statements that stand so far, each spoken once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.saying import Said, Withdrawn
from assistant.web.asks import Asks
from assistant.web.evidence import cards
from assistant.web.records import Record
from assistant.web.states import how_worded
from assistant.web.turns import Exchange, blocks, spoken_end
from assistant.web.words import Words


class HalfSaid:
    def __init__(self, assistant: Asks, number: int, question: str, texts: Words) -> None:
        self._assistant, self._number, self._question, self._texts = assistant, number, question, texts
        self._claims: list[Mapping[str, Any]] = []
        self._citations: dict[int, Mapping[str, Any]] = {}
        self._spoken = 0

    def hear(self, news: Said | Withdrawn) -> None:
        if isinstance(news, Withdrawn):
            self._claims, self._citations, self._spoken = [], {}, 0
            return
        told = self._assistant.said_json(news)
        self._claims.append(told["statement"])
        self._citations |= {one["number"]: one for one in told["citations"]}

    @property
    def more(self) -> bool:
        """Whether there is a statement that has not been shown."""
        return len(self._claims) > self._spoken

    @property
    def exchange(self) -> Exchange:
        """The turn so far. What belongs to the answer as a whole, the notices too, comes with the whole."""
        shown = tuple(cards(list(self._citations.values()), [], self._number, self._assistant.shelf, self._texts))
        alike = bool(how_worded((claim["state"] for claim in self._claims), self._texts))
        made = tuple(blocks(self._claims, shown, self._number, alike, self._texts))
        return Exchange(self._number, self._question, blocks=made, cards=shown)

    def said(self) -> str:
        """What a screen reader has not heard yet."""
        new, self._spoken = self._claims[self._spoken :], len(self._claims)
        return _words(new)

    def rest(self, record: Record, whole: str) -> str:
        """What a screen reader is to hear at the end: `whole` when it has heard nothing, else what is new."""
        if not self._spoken or record.reply is None:
            return whole
        left = [claim.model_dump() for claim in record.reply.claims[self._spoken :]]
        return spoken_end(record.reply.outcome, _words(left), len(record.reply.citations), self._texts)


def _words(claims: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(str(claim["text"]) for claim in claims)
