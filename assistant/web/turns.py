"""A question and its reply -> a turn of the conversation, ready to be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from assistant.web.asks import Shelf
from assistant.web.evidence import Card, NoticeLine, cards, notice_line
from assistant.web.marks import Piece, pieces
from assistant.web.searched import Searched, searched
from assistant.web.states import State, claim, how_worded, outcome
from assistant.web.words import Words


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim. `state` is None when the whole answer has one and the same."""

    about: str
    text: list[Piece]
    verbatim: bool
    marks: tuple[str, str]
    state: State | None
    sources: tuple[Card, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class Block:
    """Statements in a row that are, or are not, items of a list. `heading` stands before the first of a group alone."""

    heading: str
    listed: bool
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn on the screen. `state` is None while the answer is being made; `remark` is ours, about the answer as a whole;
    `link` is what stands after "#" in an address that asks this again; `said_of` is JSON of what feedback is about."""

    number: int
    question: str
    state: State | None = None
    how: str = ""
    words: str = ""
    remark: tuple[State, ...] = ()
    blocks: tuple[Block, ...] = ()
    note: str = ""
    notices: tuple[NoticeLine, ...] = ()
    cards: tuple[Card, ...] = ()
    related: bool = False
    suggestions: tuple[str, ...] = ()
    searched: Searched | None = None
    spoken: str = ""
    link: str = ""
    on: str = ""
    to_copy: str = ""
    said_of: str = ""

    def citing(self, card: Card) -> list[Statement]:
        """The statements that rest on a card, for the way back."""
        return [s for block in self.blocks for s in block.statements if card in s.sources]


def exchange(number: int, reply: Mapping[str, Any], shelf: Shelf, question: str, texts: Words) -> Exchange:
    """The turn of a reply in the form `common-ground/reply/1`."""
    claims, notices = reply["claims"], reply["notices"]
    shown = tuple(cards(reply["citations"] or reply["related"], notices, number, shelf, texts))
    state = outcome(reply["outcome"], texts)
    how = how_worded((claim["state"] for claim in claims), texts)
    words = "" if claims else refusal_words(reply, texts)
    return Exchange(
        number=number,
        question=question,
        state=state,
        how=how,
        words=words,
        blocks=tuple(blocks(claims, shown, number, bool(how), texts)),
        note=reply["note"],
        notices=tuple(notice_line(found, texts) for found in notices),
        cards=shown,
        related=not reply["citations"],
        suggestions=tuple(reply["suggestions"]),
        searched=searched(reply, shelf, texts),
        spoken=spoken(state, words, claims, len(shown), bool(reply["citations"]), texts),
        to_copy=to_copy(question, words, claims, shown),
        said_of=said_of(question, reply),
    )


def failed(number: int, question: str, words: str, texts: Words) -> Exchange:
    """A turn without a reply: a fault of ours, a full house, a stop."""
    state = outcome("error", texts)
    return Exchange(number, question, state, words=words, suggestions=(question,), spoken=f"{state.words}. {words}")


def refusal_words(reply: Mapping[str, Any], texts: Words) -> str:
    """Why there is no answer, in the language of the screen where it has words for the reason."""
    said = str(reply.get("words") or reply["text"].split("\n\n**")[0])
    return said if texts.tag == "en" else texts.known(f"reasons.{reply['reason']}", said)


def blocks(
    claims: list[Mapping[str, Any]], shown: tuple[Card, ...], turn: int, alike: bool, texts: Words
) -> Iterator[Block]:
    before = ""
    for (heading, listed), run in groupby(enumerate(claims, 1), lambda pair: (pair[1]["group"], pair[1]["item"])):
        made = tuple(statement(claim, shown, f"turn-{turn}-statement-{n}", alike, texts) for n, claim in run)
        yield Block(heading if heading != before else "", listed, made)
        before = heading


def statement(found: Mapping[str, Any], shown: tuple[Card, ...], anchor: str, alike: bool, texts: Words) -> Statement:
    cited = set(found["citations"])
    return Statement(
        about=found["about"].rstrip(" .:;,"),
        text=pieces(found["text"], [(start, end) for start, end in found["spans"]]),
        verbatim=found["state"] == "quoted",
        marks=quotation_marks(found["text"]) if found["state"] == "quoted" else ("", ""),
        state=None if alike else claim(found["state"], texts),
        sources=tuple(card for card in shown if card.number in cited),
        anchor=anchor,
    )


def quotation_marks(text: str) -> tuple[str, str]:
    """The marks to set around words of a source: none around a whole quotation, single ones around one with more to it."""
    if text.startswith("“") and text.endswith("”") and text.count("“") == text.count("”") == 1:
        return "", ""
    return ("‘", "’") if "“" in text else ("“", "”")


def to_copy(question: str, words: str, claims: list[Mapping[str, Any]], shown: tuple[Card, ...]) -> str:
    """The answer as plain text: what was asked, what was said, and where each quotation is from."""
    lines = [question, "", *([words] if words else [])]
    for found in claims:
        before, after = quotation_marks(found["text"]) if found["state"] == "quoted" else ("", "")
        about = f"{found['about']}: " if found["about"] else ""
        numbers = "".join(f"[{n}]" for n in found["citations"])
        lines.append(f"{'- ' if found['item'] else ''}{about}{before}{found['text']}{after} {numbers}".rstrip())
    return "\n".join([*lines, *([""] if shown else []), *(f"[{card.number}] {card.to_copy}" for card in shown)])


def said_of(question: str, reply: Mapping[str, Any]) -> str:
    """The answer as feedback names it."""
    cited = [
        {
            "source_id": citation["source_id"],
            "passage_id": citation["passage_id"],
            "quotes": [quote["text"] for quote in citation["quotes"]],
        }
        for citation in reply["citations"]
    ]
    return json.dumps({"question": question, "outcome": reply["outcome"], "citations": cited}, ensure_ascii=False)


def spoken(state: State, words: str, claims: list[Mapping[str, Any]], sources: int, cited: bool, texts: Words) -> str:
    """What a screen reader says once when the reply is there."""
    said = [f"{state.words}.", words, *(str(claim["text"]) for claim in claims)]
    if sources:
        said.append(texts.count("spoken.evidence" if cited else "spoken.nearby", sources))
    return " ".join(part for part in said if part)


def spoken_end(name: str, rest: str, sources: int, texts: Words) -> str:
    """The same when its first statements have been heard already."""
    return " ".join(filter(None, (rest, f"{outcome(name, texts).words}.", texts.count("spoken.evidence", sources))))
