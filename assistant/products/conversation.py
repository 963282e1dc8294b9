"""A conversation -> paper: each question with the date it was asked, the answer in the sources' words, the sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from assistant.clean import clean, collapse
from assistant.draft import DraftClaim
from assistant.products.notes import long_date, note, source_line
from assistant.products.paper import Block, Heading, Line, Paper, Paragraph, Piece, words
from assistant.render import in_marks
from assistant.verify import fault
from index.model import Passage
from ingest.model import Metadata

_UNCHECKED = "Its words could not be checked again: the document is no longer on the shelf, or its text has changed."


class Holds(Protocol):
    """The documents that quotations are checked against."""

    @property
    def metadata(self) -> Mapping[str, Metadata]: ...

    def passage(self, passage_id: str) -> Passage: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `reply` is `common-ground/reply/1`, as `Assistant.json` gives it (hits and passage texts may be
    missing); None where there was none. `on` is the day it was asked, as it is to be shown."""

    question: str
    reply: Mapping[str, Any] | None
    on: str = ""


def conversation_paper(asked: Sequence[Asked], shelf: Holds, today: date, title: str = "Conversation") -> Paper:
    """Quotations are checked against the shelf again: what came from a browser is not trusted, and a statement whose
    words are not in their passages is shown as not checked."""
    numbers: dict[str, int] = {}
    notes: dict[int, str] = {}
    blocks: list[Block] = []
    for one in asked:
        blocks += _turn(one, shelf, numbers, notes)
    sources = dict.fromkeys(shelf.passage(id_).source_id for id_ in numbers)
    if sources:
        blocks.append(Heading("Sources"))
        for source_id in sorted(sources, key=lambda id_: (shelf.metadata[id_].published or "9", id_)):
            about = shelf.metadata[source_id]
            blocks.append(Paragraph((Piece(f"{about.title}. ", "strong"), Piece(source_line(about, today))), "item"))
    under = f"Saved on {long_date(today)}. Words between quotation marks are the sources' own, word for word."
    return Paper(title, under, tuple(blocks), notes, f"Common Ground, {long_date(today)}")


def _turn(one: Asked, shelf: Holds, numbers: dict[str, int], notes: dict[int, str]) -> Iterator[Block]:
    yield Heading(clean(one.question) or "A question")
    if one.on:
        yield Paragraph(words(f"Asked on {clean(one.on)}."), "quiet")
    if one.reply is None:
        yield Paragraph(words("There was no answer."))
        return
    claims = list(one.reply.get("claims") or ())
    if not claims:
        yield from _refused(one.reply, shelf, numbers, notes)
    group = ""
    for claim in claims:
        if claim.get("group") and claim["group"] != group:
            group = claim["group"]
            yield Heading(clean(group), 2)
        yield Paragraph(_said(claim, one.reply, shelf, numbers, notes), "item" if claim.get("item") else "text")
    if one.reply.get("note"):
        yield Paragraph(words(clean(one.reply["note"])), "quiet")
    for notice in one.reply.get("notices") or ():
        yield Paragraph((Piece("To be read with care: ", "strong"), Piece(clean(notice["text"]))))


def _said(
    claim: Mapping[str, Any], reply: Mapping[str, Any], shelf: Holds, numbers: dict[str, int], notes: dict[int, str]
) -> Line:
    cited = [c for c in reply.get("citations") or () if c["number"] in claim["citations"]]
    passages = [passage for citation in cited if (passage := _held(citation, shelf))]
    marks = tuple(_number(passage, shelf, numbers, notes) for passage in passages)
    text = clean(claim["text"])
    about: Line = (Piece(f"{clean(claim['about']).rstrip(' .:;,')}: ", "strong"),) if claim.get("about") else ()
    if len(passages) < max(1, len(cited)) or not _stands(claim, passages):
        return (*about, Piece(in_marks(text), notes=marks), Piece(f" ({_UNCHECKED})", "quiet"))
    return (*about, Piece(text if claim["state"] == "supported" else in_marks(text), notes=marks))


def _stands(claim: Mapping[str, Any], passages: Sequence[Passage]) -> bool:
    """The verifier's own check: quoted words are the words of their passage, and what a model wrote is borne out."""
    text = collapse(claim["text"])
    if claim["state"] == "supported":
        whole = tuple((passage, 0, len(passage.text)) for passage in passages)
        return fault(DraftClaim(text, whole, written=True)) is None
    return any(text in collapse(passage.text) for passage in passages)


def _held(citation: Mapping[str, Any], shelf: Holds) -> Passage | None:
    """The cited passage, if it is on the shelf and holds each quotation where it is said to stand."""
    try:
        passage = shelf.passage(citation["passage_id"])
    except KeyError:
        return None
    sound = all(passage.text[q["start"] : q["end"]] == q["text"] for q in citation.get("quotes") or ())
    return passage if sound else None


def _number(passage: Passage, shelf: Holds, numbers: dict[str, int], notes: dict[int, str]) -> int:
    number = numbers.setdefault(passage.id, len(numbers) + 1)
    notes[number] = note(passage, shelf.metadata)
    return number


def _refused(reply: Mapping[str, Any], shelf: Holds, numbers: dict[str, int], notes: dict[int, str]) -> Iterator[Block]:
    """The sentence of a refusal, and what the documents do say nearby."""
    yield Paragraph(words(clean(str(reply.get("text", "")).split("\n\n")[0])))
    related = list(reply.get("related") or ())
    if related:
        yield Paragraph(words("What the documents do say nearby, which is no answer to the question:", "strong"))
    for citation in related:
        passage = _held(citation, shelf)
        said = " … ".join(in_marks(clean(quote["text"])) for quote in citation.get("quotes") or ())
        if passage:
            yield Paragraph((Piece(said, notes=(_number(passage, shelf, numbers, notes),)),), "item")
