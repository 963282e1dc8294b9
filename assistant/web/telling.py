"""An answer in the making -> events for programs: each statement as soon as it stands, after the passages it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.model import Reply
from assistant.saying import News, Said, Withdrawn
from assistant.web.asks import Asks

Event = tuple[str, dict[str, Any]]
"""Its name and its data."""


class Telling:
    """The events of one answer. A citation comes again when a later statement uses more words of it."""

    def __init__(self, assistant: Asks) -> None:
        self._assistant = assistant
        self._forget()

    def of(self, item: str | News | Reply) -> Iterator[Event]:
        if isinstance(item, str):
            yield "stage", {"stage": item}
        elif isinstance(item, Withdrawn):
            self._forget()
            yield "again", {}
        elif isinstance(item, Said):
            said = self._assistant.said_json(item)
            yield from self._statement(said["statement"], said["citations"])
        else:
            yield from self._reply(self._assistant.json(item))

    def _forget(self) -> None:
        self._statements = 0
        self._citations: dict[int, dict[str, Any]] = {}

    def _statement(self, statement: dict[str, Any], citations: list[dict[str, Any]]) -> Iterator[Event]:
        self._statements += 1
        for citation in citations:
            if self._citations.get(citation["number"]) != citation:
                self._citations[citation["number"]] = citation
                yield "citation", citation
        yield "statement", statement

    def _reply(self, reply: dict[str, Any]) -> Iterator[Event]:
        """What was not told yet, then what belongs to the whole, then the whole."""
        for statement in reply["claims"][self._statements :]:
            cited = [one for one in reply["citations"] if one["number"] in statement["citations"]]
            yield from self._statement(statement, cited)
        for name, items in (("related", reply["related"]), ("notice", reply["notices"])):
            for item in items:
                yield name, item
        yield "reply", reply
