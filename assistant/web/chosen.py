"""Where a person chose to look, as it comes from the browser, and as the search takes it."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.model import Filters

_Word = Annotated[str, Field(max_length=200)]
_Year = Annotated[int, Field(ge=1000, le=9999)]


class Chosen(BaseModel):
    """Nothing chosen means everything. `before` are questions that a link asks to be taken as asked before; `on` and
    `same` tell when the link was made and what the answer was."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sources: tuple[_Word, ...] = Field((), max_length=500)
    kinds: tuple[_Word, ...] = Field((), max_length=50)
    since: _Year | None = None
    until: _Year | None = None
    place: _Word = ""
    publisher: _Word = ""
    read: bool = True  # whether the question itself may narrow the search

    @property
    def filters(self) -> Filters:
        return Filters(
            sources=frozenset(self.sources),
            since=self.since,
            until=self.until,
            kinds=frozenset(self.kinds),
            place=self.place,
            publisher=self.publisher,
        )


class Sent(Chosen):
    """What comes with a question: where to look, and what a link says about it."""

    before: tuple[Annotated[str, Field(max_length=2000)], ...] = Field((), max_length=10)
    on: _Word = ""
    same: _Word = ""


def read_sent(text: object) -> Sent:
    """What the browser sent; nothing chosen where it cannot be understood."""
    try:
        found: Any = json.loads(text) if isinstance(text, str) and text else {}
        return Sent.model_validate(found)
    except (ValueError, ValidationError):
        return Sent()
