"""A conversation as a page to take away: what was asked and when, what was answered word for word, and where it stands."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.products.paper import Block, Heading, Line, Paper, Paragraph, Piece
from assistant.web.asks import Shelf
from assistant.web.dates import day_in_words, day_of
from assistant.web.evidence import source_of
from assistant.web.records import Record, whole
from assistant.web.states import how_worded, outcome
from assistant.web.turns import quotation_marks, refusal_words
from assistant.web.words import Words


def conversation_paper(records: Sequence[Record], shelf: Shelf, texts: Words, today: datetime.date) -> Paper:
    """Notes are numbered through the whole conversation: a passage that is cited twice keeps its number."""
    notes: dict[str, int] = {}
    words: dict[int, str] = {}
    blocks: list[Block] = []
    for record in records:
        if record.reply:
            reply = whole(record.reply, shelf)
            numbers = _numbers(reply, notes, words, texts)
            blocks += _exchange(record, reply, numbers, texts)
    under = texts("keepsake.under", date=day_in_words(today, texts))
    return Paper(texts("keepsake.title"), under, tuple(blocks), words, made=f"Common Ground, {today.isoformat()}")


def _numbers(reply: Mapping[str, Any], notes: dict[str, int], words: dict[int, str], texts: Words) -> dict[int, int]:
    """The numbers of this reply -> those of the page."""
    numbers: dict[int, int] = {}
    for citation in reply["citations"] or reply["related"]:
        number = notes.setdefault(citation["passage_id"], len(notes) + 1)
        numbers[citation["number"]] = number
        words[number] = source_of(citation, texts)
    return numbers


def _exchange(record: Record, reply: Mapping[str, Any], numbers: Mapping[int, int], texts: Words) -> Iterator[Block]:
    yield Heading(record.question)
    how = how_worded((claim["state"] for claim in reply["claims"]), texts)
    state = f"{outcome(reply['outcome'], texts).words}{f', {how}' if how else ''}"
    yield Paragraph((Piece(f"{state}. {_asked(record.on, texts)}", "quiet"),), "quiet")
    if not reply["claims"]:
        yield Paragraph((Piece(refusal_words(reply, texts)),), "lead")
        yield from _nearby(reply, numbers, texts)
    group = ""
    for claim in reply["claims"]:
        if claim["group"] != group:
            group = claim["group"]
            yield Heading(group, 2)
        yield Paragraph(_said(claim, numbers), "item" if claim["item"] else "text")
    if reply["note"]:
        yield Paragraph((Piece(f"{texts('ask.our_note')}: {reply['note']}", "quiet"),), "quiet")
    for notice in reply["notices"]:
        yield Paragraph((Piece("⚠ "), Piece(notice["text"], notes=_marks(notice["citations"], numbers))))


def _nearby(reply: Mapping[str, Any], numbers: Mapping[int, int], texts: Words) -> Iterator[Block]:
    if reply["related"]:
        yield Paragraph((Piece(f"{texts('evidence.nearby')}. {texts('evidence.nearby_caveat')}", "strong"),))
    for citation in (one for one in reply["related"] if one["quotes"]):  # none are left of what has gone since
        said = " […] ".join(quote["text"] for quote in citation["quotes"])
        yield Paragraph((Piece(f"“{said}”", notes=_marks([citation["number"]], numbers)),), "item")


def _said(claim: Mapping[str, Any], numbers: Mapping[int, int]) -> Line:
    before, after = quotation_marks(claim["text"]) if claim["state"] == "quoted" else ("", "")
    about = (Piece(f"{claim['about'].rstrip(' .:;,')}: ", "strong"),) if claim["about"] else ()
    return (*about, Piece(f"{before}{claim['text']}{after}", notes=_marks(claim["citations"], numbers)))


def _marks(cited: Sequence[int], numbers: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers[n] for n in cited if n in numbers))


def _asked(on: str, texts: Words) -> str:
    day = day_of(on, texts)
    return f"{texts('reply.asked_on', date=day)}." if day else ""
