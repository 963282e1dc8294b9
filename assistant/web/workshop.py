"""What is made from the shelf beside answers: initiatives by need, a briefing on a topic, a table of sources by theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.assistant import Assistant
from assistant.initiatives import Fit, Initiative
from assistant.model import Citation, Refusal
from assistant.products.brief import make_brief
from assistant.products.brief_paper import brief_paper
from assistant.products.comparison import make_comparison
from assistant.products.comparison_paper import comparison_paper
from assistant.products.paper import Paper
from index.model import Filters


@dataclass(frozen=True, slots=True)
class Made:
    """A page that was made, and the passages behind its notes."""

    paper: Paper
    citations: tuple[Citation, ...]


class Workshop(Protocol):
    """Safe to use from several threads at once."""

    @property
    def model(self) -> str:
        """The language model that writes answers; empty without one."""

    @property
    def initiatives(self) -> Sequence[Initiative]: ...

    def fitting(self, need: str, place: str = "", kind: str = "") -> Sequence[Fit]:
        """Those that fit the need, best first; all that place and kind leave when no need is given."""

    def brief(self, topic: str, filters: Filters) -> Made | Refusal: ...

    def compare(self, topic: str, themes: Sequence[str], filters: Filters) -> Made | Refusal:
        """A table; its rows are the themes, or what the sentences do for the topic when none are given."""


class Bench:
    """The workshop of a real assistant."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    @property
    def model(self) -> str:
        model = self._assistant.model
        return model.author.name.removeprefix("llm:") if model else ""

    @property
    def initiatives(self) -> Sequence[Initiative]:
        return self._assistant.initiatives.all

    def fitting(self, need: str, place: str = "", kind: str = "") -> Sequence[Fit]:
        return self._assistant.initiatives.search(need, place=place, kind=kind)

    def brief(self, topic: str, filters: Filters) -> Made | Refusal:
        made = make_brief(self._assistant, topic, filters)
        if isinstance(made, Refusal):
            return made
        return Made(brief_paper(made, self._assistant.shelf.metadata), made.citations)

    def compare(self, topic: str, themes: Sequence[str], filters: Filters) -> Made | Refusal:
        made = make_comparison(self._assistant, topic, themes, filters)
        if isinstance(made, Refusal):
            return made
        return Made(comparison_paper(made, self._assistant.shelf.metadata), made.citations)


def workshop_of(assistant: object) -> Workshop | None:
    """None for an assistant that only answers."""
    return Bench(assistant) if isinstance(assistant, Assistant) else getattr(assistant, "workshop", None)
