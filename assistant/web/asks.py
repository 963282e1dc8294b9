"""What the web room needs of an assistant, and one question as it comes in at the door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.model import Reply, Turn
from assistant.saying import Said, Tells
from index.model import Filters, Hit, Passage
from ingest.model import Document, Metadata


class Shelf(Protocol):
    """The documents and passages that answers are made from."""

    @property
    def metadata(self) -> Mapping[str, Metadata]: ...

    def passage(self, passage_id: str) -> Passage:
        """Raises KeyError when there is none of that id."""

    def at(self, source_id: str, order: int) -> Passage | None: ...

    def passages(self, source_id: str | None = None) -> Sequence[Passage]: ...

    def document(self, source_id: str) -> Document:
        """Raises KeyError when there is none of that id."""


class Asks(Protocol):
    """An assistant: safe to ask from several threads at once."""

    @property
    def shelf(self) -> Shelf: ...

    @property
    def examples(self) -> Sequence[str]: ...

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        on_stage: Callable[[str], None] = ...,
        read_filters: bool = True,
        on_said: Tells = ...,
    ) -> Reply:
        """`on_said` hears each statement as soon as it stands."""

    def search(self, text: str, filters: Filters | None = None, most: int = 8) -> Sequence[Hit]:
        """The passages nearest to the words, best first."""

    def json(self, reply: Reply) -> dict[str, Any]:
        """The reply as `common-ground/reply/1`."""

    def said_json(self, said: Said) -> dict[str, Any]:
        """A `statement` with its `citations`, as they stand in the reply."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with what came before it and where to look; `read_filters` as in `Asks.ask`."""

    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters = Filters()
    read_filters: bool = True
