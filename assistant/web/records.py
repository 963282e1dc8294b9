"""What the browser keeps of a conversation: each question with its reply, passages named and not copied. What comes back
from a browser is checked here like anything else from outside, and its quotations against the documents as they are now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from assistant.clean import collapse
from assistant.draft import DraftClaim
from assistant.verify import fault
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
        # half a pair of surrogates could be put into no page, link or file
        json.dumps(kept, ensure_ascii=False).encode()
        return tuple(_RECORDS.validate_python(kept or [])[-most:])
    except (ValidationError, UnicodeEncodeError):
        return ()


def write_records(records: Sequence[Record]) -> list[dict[str, Any]]:
    """For the browser: the latest, as many as fit."""
    made = [record.model_dump(mode="json", exclude_defaults=True) for record in records]
    while len(made) > 1 and len(json.dumps(made)) > _MOST_BYTES:
        made.pop(0)
    return made


def whole(reply: ReplyKept, shelf: Shelf) -> dict[str, Any]:
    """The reply again as `common-ground/reply/1`, its passages from the shelf. A passage that is no longer held is `gone`
    and its quotations are all that is left of it; `lost` counts the statements that do not stand any more."""
    found = reply.model_dump()
    for citation in (*found["citations"], *found["related"]):
        citation.update(_passage_of(citation, shelf))
    cited = {citation["number"]: citation for citation in found["citations"]}
    found["claims"] = [claim for claim in found["claims"] if _stands(claim, cited, shelf)]
    found["lost"] = len(reply.claims) - len(found["claims"])
    return found


def _stands(claim: Mapping[str, Any], cited: Mapping[int, Mapping[str, Any]], shelf: Shelf) -> bool:
    """The verifier's own check once more: quoted words are those of a passage, and what a model wrote is borne out."""
    citations = [cited[n] for n in claim["citations"] if n in cited and not cited[n].get("gone")]
    passages = [passage for citation in citations if (passage := held(citation["passage_id"], shelf))]
    if claim["state"] == "supported":
        whole_passages = tuple((passage, 0, len(passage.text)) for passage in passages)
        return bool(passages) and fault(DraftClaim(claim["text"], whole_passages, written=True)) is None
    text = rest = collapse(claim["text"])
    for quote in sorted((q["text"] for c in citations for q in c["quotes"]), key=len, reverse=True):
        rest = rest.replace(collapse(quote), " ")
    made_of_quotes = not any(letter.isalnum() for letter in rest)
    return bool(passages) and (made_of_quotes or any(text in collapse(passage.text) for passage in passages))


def _passage_of(citation: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    passage = held(citation["passage_id"], shelf)
    if passage and all(passage.text[q["start"] : q["end"]] == q["text"] for q in citation["quotes"]):
        return {"passage_text": passage.text}
    words = " […] ".join(quote["text"] for quote in citation["quotes"])
    return {"passage_text": words, "quotes": [], "gone": True}
