"""What the browser keeps of a conversation: each question with its reply, passages named and not copied. What comes back
from a browser is checked here like anything else from outside, and its quotations against the documents as they are now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from assistant.web.asks import Shelf
from assistant.web.chosen import Chosen
from assistant.web.evidence import held

_MOST_BYTES = 40_000  # all of it travels with every question


class _Kept(BaseModel):
    model_config = ConfigDict(extra="ignore")


class QuoteKept(_Kept):
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class CitationKept(_Kept):
    number: int
    passage_id: str
    source_id: str
    title: str
    publisher: str | None = None
    published: str | None = None
    page_index: int | None = None
    page_label: str | None = None
    heading: list[str] = []
    quotes: list[QuoteKept] = []
    place: str
    page: str = ""
    kind: str = ""


class ClaimKept(_Kept):
    text: str
    citations: list[int] = []
    state: str = "quoted"
    about: str = ""
    group: str = ""
    item: bool = False
    spans: list[tuple[int, int]] = []


class NoticeKept(_Kept):
    kind: str
    text: str
    confidence: str = "high"
    citations: list[int] = []


class FilterKept(_Kept):
    field: str
    value: str
    label: str
    words: str = ""


class ReplyKept(_Kept):
    """`common-ground/reply/1` without its hits, its passages' texts and its timings."""

    question: str
    search_text: str = ""
    outcome: str
    reason: str | None = None
    text: str
    note: str = ""
    claims: list[ClaimKept] = []
    citations: list[CitationKept] = []
    notices: list[NoticeKept] = []
    related: list[CitationKept] = []
    suggestions: list[str] = []
    engine: dict[str, str] = {}
    filters: list[FilterKept] = []


class Record(_Kept):
    """One question. `reply` is None while it is being answered and after a fault; `fault` then says which."""

    question: str
    on: str = ""
    chosen: Chosen = Chosen()
    before: list[str] = []
    same: str = ""
    fault: Literal["", "busy", "fault"] = ""
    reply: ReplyKept | None = None
    words: str = ""

    @property
    def waiting(self) -> bool:
        return self.reply is None and not self.fault


_RECORDS = TypeAdapter(list[Record])


def read_records(kept: object, most: int) -> tuple[Record, ...]:
    """The last `most` questions of what a browser kept; none where it is not what we wrote."""
    try:
        return tuple(_RECORDS.validate_python(kept or [])[-most:])
    except ValidationError:
        return ()


def write_records(records: Sequence[Record]) -> list[dict[str, Any]]:
    """For the browser: the latest, as many as fit."""
    made = [record.model_dump(mode="json", exclude_defaults=True) for record in records]
    while len(made) > 1 and len(json.dumps(made)) > _MOST_BYTES:
        made.pop(0)
    return made


def whole(reply: ReplyKept, shelf: Shelf) -> dict[str, Any]:
    """The reply again as `common-ground/reply/1`, its passages from the shelf. A passage that is no longer held is `gone`
    and its quotations are all that is left of it."""
    found = reply.model_dump()
    for citation in (*found["citations"], *found["related"]):
        citation.update(_passage_of(citation, shelf))
    return found


def _passage_of(citation: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    passage = held(citation["passage_id"], shelf)
    if passage and all(passage.text[q["start"] : q["end"]] == q["text"] for q in citation["quotes"]):
        return {"passage_text": passage.text}
    words = " […] ".join(quote["text"] for quote in citation["quotes"])
    return {"passage_text": words, "quotes": [], "gone": True}
