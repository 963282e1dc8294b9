"""What was searched for one answer: the words, the documents, and what narrowed them, so that a person can change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.web.asks import Shelf
from assistant.web.words import Words


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One filter: what it asks for, and the words of the question that it was read from, empty when the person chose it."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Searched:
    text: str
    narrowed: tuple[Narrowed, ...]
    writer: str

    @property
    def read(self) -> tuple[Narrowed, ...]:
        """What was read from the question."""
        return tuple(one for one in self.narrowed if one.words)

    @property
    def chosen(self) -> tuple[Narrowed, ...]:
        return tuple(one for one in self.narrowed if not one.words)


def searched(reply: Mapping[str, Any], shelf: Shelf, texts: Words) -> Searched | None:
    """None where nothing was searched."""
    if not reply["search_text"]:
        return None
    narrowed = tuple(Narrowed(label(one, shelf, texts), one["words"]) for one in reply.get("filters", ()))
    return Searched(reply["search_text"], narrowed, writer(reply, texts))


def label(one: Mapping[str, str], shelf: Shelf, texts: Words) -> str:
    about = shelf.metadata.get(one["value"]) if one["field"] == "source" else None
    return texts.known(f"searched.{one['field']}", "{value}").format(value=about.name if about else one["value"])


def writer(reply: Mapping[str, Any], texts: Words) -> str:
    kind, _, name = str(reply["engine"].get("writer", "extractive")).partition(":")
    return texts("searched.model", value=name) if kind == "llm" else texts("searched.extractive")
