"""What the HTTP API takes and gives, as OpenAPI shows it. Text from outside passes through here once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Word = Annotated[str, Field(max_length=200)]


class HistoryTurn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class AskBody(BaseModel):
    """A question, what was said before it, and where to look. Everything but the question may be left out."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "What do the reports want from employers?", "since": 2016}]},
    )

    question: str = Field(max_length=20_000)
    history: list[HistoryTurn] = Field(default=[], max_length=100)
    sources: list[Word] = Field(default=[], max_length=100, description="source ids; empty for all")
    since: int | None = Field(default=None, ge=1000, le=9999, description="documents of this year or later")
    until: int | None = Field(default=None, ge=1000, le=9999, description="documents of this year or earlier")
    kinds: list[Word] = Field(default=[], max_length=20, description="report, blog, case study; empty for all")
    place: Word = Field(default="", description="documents about this place or nation")
    publisher: Word = Field(default="", description="documents of this publisher; a part of the name will do")
    read_filters: bool = Field(
        default=True,
        description="narrow the search to what the question itself asks for (“in the APPG report”, “since 2015”); what was "
        "read stands in the reply's `filters`",
    )
    conversation: Word = Field(default="", description="your name for the conversation: one question of it at a time")


class FilterOut(BaseModel):
    """What the search was narrowed to. Where `from` is "question", `words` are those that it was read from."""

    model_config = ConfigDict(extra="allow")

    field: Literal["source", "kind", "since", "until", "place", "publisher"]
    value: str
    label: str
    origin: Literal["person", "question"] = Field(alias="from")
    words: str


_QUOTE = "Public authorities should work closely with employers, trades unions and others to plan for services better"
REPLY_EXAMPLE: dict[str, Any] = {
    "schema": "common-ground/reply/1",
    "question": "What do the reports want from employers?",
    "outcome": "answered",
    "reason": None,
    "text": f"“{_QUOTE}” [1]",
    "claims": [{"text": _QUOTE, "citations": [1], "state": "quoted"}],
    "citations": [
        {
            "number": 1,
            "passage_id": "ippr-2007-1f3a",
            "source_id": "ippr-2007",
            "title": "The reception and integration of new migrant communities",
            "quotes": [{"text": _QUOTE, "start": 0, "end": len(_QUOTE)}],
        }
    ],
    "notices": [],
    "related": [],
    "filters": [],
    "suggestions": [],
}
STREAM_EXAMPLE = """event: stage
data: {"stage": "Searching the documents"}

event: citation
data: {"number": 1, "passage_id": "ippr-2007-1f3a", "quotes": [...]}

event: statement
data: {"text": "Public authorities should work closely with employers ...", "citations": [1]}

event: reply
data: {"schema": "common-ground/reply/1", "outcome": "answered", ...}
"""


class ReplyOut(BaseModel):
    """common-ground/reply/1"""

    model_config = ConfigDict(extra="allow")

    question: str
    outcome: str
    reason: str | None
    text: str
    claims: list[dict[str, Any]]
    citations: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    related: list[dict[str, Any]]
    filters: list[FilterOut]
    suggestions: list[str]


class SourceOut(BaseModel):
    """One document on the shelf. Empty means unknown."""

    source_id: str
    title: str
    short_title: str
    publisher: str
    authors: list[str]
    published: str
    age: str
    kind: str
    nations: list[str]
    places: list[str]
    audience: list[str]
    standing: str
    superseded_by: str


class PassageOut(BaseModel):
    """A passage whole, and the ids of those before and after it."""

    passage_id: str
    source_id: str
    title: str
    heading: list[str]
    page_index: int | None
    page_label: str | None
    text: str
    before: str | None
    after: str | None


class ProblemOut(BaseModel):
    """RFC 9457"""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str


class EmbedTokenOut(BaseModel):
    """For one opened chat: send it as `Authorization: Bearer`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": "WyJpbnRyYW5ldCIs...", "expires_in": 900}]})

    token: str
    expires_in: int = Field(description="seconds")
