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


class FilterOut(BaseModel):
    """What the search was narrowed to. Where `from` is "question", `words` are those that it was read from."""

    model_config = ConfigDict(extra="allow")

    field: Literal["source", "kind", "since", "until", "place", "publisher"]
    value: str
    label: str
    origin: Literal["person", "question"] = Field(alias="from")
    words: str


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
