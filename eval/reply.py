"""A reply as the assistant gives it (`common-ground/reply/1`), checked once at the door and read by the metrics."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

ANSWERED = frozenset({"answered", "partly_answered"})
REFUSED = frozenset({"not_in_documents", "out_of_scope", "needs_clarification", "declined"})


class ReplyPart(BaseModel):
    """Fields that later versions of the reply add are let through: they are none of our business."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ShownQuote(ReplyPart):
    """Exact words; `start` and `end` are offsets in the passage's text."""

    text: str
    start: int
    end: int


class ShownCitation(ReplyPart):
    """A passage shown as evidence. `number` is the mark in the text; what is merely related may have none."""

    number: int | None = None
    passage_id: str = ""
    source_id: str = ""
    title: str = ""
    publisher: str | None = ""
    published: str | None = ""
    heading: tuple[str, ...] = ()
    quotes: tuple[ShownQuote, ...] = ()
    passage_text: str = ""


class ShownClaim(ReplyPart):
    """One statement. `about`, `context` and `group` are shown beside the words: a name, a heading."""

    text: str
    citations: tuple[int, ...] = ()
    state: str = "quoted"
    about: str = ""
    context: str = ""
    group: str = ""


class ShownNotice(ReplyPart):
    """What the reader must know about a source."""

    text: str


class FoundHit(ReplyPart):
    """A passage that search brought; `rank` counts from 1."""

    source_id: str
    rank: int
    text: str
    passage_id: str = ""
    score: float = 0.0
    found_by: tuple[str, ...] = ()


class Reply(ReplyPart):
    """What one question got. `confidence`, where given, orders replies from doubtful to sure."""

    outcome: str
    question: str = ""
    search_text: str = ""
    reason: str | None = None
    text: str = ""
    claims: tuple[ShownClaim, ...] = ()
    citations: tuple[ShownCitation, ...] = ()
    notices: tuple[ShownNotice, ...] = ()
    related: tuple[ShownCitation, ...] = ()
    hits: tuple[FoundHit, ...] = ()
    suggestions: tuple[str, ...] = ()
    engine: dict[str, Any] = Field(default_factory=dict)
    timings_ms: dict[str, float] = Field(default_factory=dict)
    confidence: float | None = None

    @property
    def answered(self) -> bool:
        return self.outcome in ANSWERED

    @property
    def refused(self) -> bool:
        return self.outcome in REFUSED

    @property
    def sureness(self) -> float | None:
        """The confidence, wherever this version of the reply keeps it; None when it gives none."""
        kept = self.confidence if self.confidence is not None else self.engine.get("confidence")
        return float(kept) if isinstance(kept, int | float) else None

    def quotes_of(self, number: int) -> str:
        """The words quoted under one mark, joined."""
        return " … ".join(q.text for c in self.citations if c.number == number for q in c.quotes)
