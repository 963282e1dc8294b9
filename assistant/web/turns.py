"""A question and its reply -> a turn of the conversation, ready to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from assistant.model import Turn
from assistant.web.asks import Shelf
from assistant.web.evidence import Card, NoticeLine, cards, notice_line
from assistant.web.marks import Piece, pieces
from assistant.web.states import CLAIMS, OUTCOMES, State, how_worded, outcome


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
    """A turn on the screen. `state` is None while the answer is being made."""

    number: int
    question: str
    state: State | None = None
    how: str = ""
    words: str = ""
    blocks: tuple[Block, ...] = ()
    note: str = ""
    notices: tuple[NoticeLine, ...] = ()
    cards: tuple[Card, ...] = ()
    related: bool = False
    suggestions: tuple[str, ...] = ()
    spoken: str = ""
    reply_text: str = ""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What a follow-up may refer to."""
        return (Turn("user", self.question), Turn("assistant", self.reply_text))

    def citing(self, card: Card) -> list[Statement]:
        """The statements that rest on a card, for the way back."""
        return [s for block in self.blocks for s in block.statements if card in s.sources]


def exchange(number: int, reply: Mapping[str, Any], shelf: Shelf, question: str, words: str = "") -> Exchange:
    """`words` is the sentence of a refusal; an answer speaks through its claims."""
    claims, notices = reply["claims"], reply["notices"]
    shown = tuple(cards(reply["citations"] or reply["related"], notices, number, shelf))
    state = outcome(reply["outcome"])
    how = how_worded(claim["state"] for claim in claims)
    return Exchange(
        number=number,
        question=question,
        state=state,
        how=how,
        words=words,
        blocks=tuple(blocks(claims, shown, number, bool(how))),
        note=reply["note"],
        notices=tuple(notice_line(found) for found in notices),
        cards=shown,
        related=not reply["citations"],
        suggestions=tuple(reply["suggestions"]),
        spoken=spoken(state, words, claims, len(shown), bool(reply["citations"])),
        reply_text=reply["text"],
    )


def failed(number: int, question: str, words: str) -> Exchange:
    """A turn without a reply: a fault of ours, a full house, a stop."""
    state = OUTCOMES["error"]
    return Exchange(number, question, state, words=words, suggestions=(question,), spoken=f"{state.words}. {words}")


def blocks(claims: list[Mapping[str, Any]], shown: tuple[Card, ...], turn: int, alike: bool) -> Iterator[Block]:
    before = ""
    for (heading, listed), run in groupby(enumerate(claims, 1), lambda pair: (pair[1]["group"], pair[1]["item"])):
        made = tuple(statement(claim, shown, f"turn-{turn}-statement-{n}", alike) for n, claim in run)
        yield Block(heading if heading != before else "", listed, made)
        before = heading


def statement(claim: Mapping[str, Any], shown: tuple[Card, ...], anchor: str, alike: bool) -> Statement:
    cited = set(claim["citations"])
    return Statement(
        about=claim["about"].rstrip(" .:;,"),
        text=pieces(claim["text"], [(start, end) for start, end in claim["spans"]]),
        verbatim=claim["state"] == "quoted",
        marks=quotation_marks(claim["text"]) if claim["state"] == "quoted" else ("", ""),
        state=None if alike else CLAIMS.get(claim["state"]),
        sources=tuple(card for card in shown if card.number in cited),
        anchor=anchor,
    )


def quotation_marks(text: str) -> tuple[str, str]:
    """The marks to set around words of a source: none around a whole quotation, single ones around one with more to it."""
    if text.startswith("“") and text.endswith("”") and text.count("“") == text.count("”") == 1:
        return "", ""
    return ("‘", "’") if "“" in text else ("“", "”")


def spoken(state: State, words: str, claims: list[Mapping[str, Any]], sources: int, cited: bool) -> str:
    """What a screen reader says once when the reply is there."""
    said = [f"{state.words}.", words, *(str(claim["text"]) for claim in claims)]
    if sources:
        passages = f"{sources} passage{'s' if sources > 1 else ''}"
        said.append(f"{passages} shown as evidence." if cited else f"{passages} nearby shown, not an answer.")
    return " ".join(part for part in said if part)
