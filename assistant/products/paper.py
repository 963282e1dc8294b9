"""A page before it is Markdown or Word: headings, paragraphs and tables whose words carry numbered notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.model import Citation, Claim
from assistant.render import in_marks


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words in one style. `notes` are numbers of `Paper.notes`, set behind the words."""

    text: str
    style: Literal["plain", "strong", "quiet"] = "plain"
    notes: tuple[int, ...] = ()


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`kind`: "text", an "item" of a list, the "lead" that opens the page, or "quiet" for what is ours and small."""

    line: Line
    kind: Literal["text", "item", "lead", "quiet"] = "text"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: one head row; each cell holds lines. `widths` are shares of the page's width."""

    head: tuple[str, ...]
    rows: tuple[tuple[tuple[Line, ...], ...], ...]
    widths: tuple[float, ...] = ()


Block = Heading | Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole page. `notes` gives the words of each note by its number; `subject` and `made` go into a file's properties.
    `wide` asks for a page that lies on its side."""

    title: str
    under: str
    blocks: tuple[Block, ...]
    notes: Mapping[int, str] = field(default_factory=dict)
    made: str = ""
    wide: bool = False


def quoted(claim: Claim, numbers: Mapping[str, int], before: str = "") -> Line:
    """A claim as a line: who or what it is about, then the source's words between quotation marks, then its notes.
    `numbers` gives the note of each passage id."""
    about = before or claim.about
    notes = tuple(dict.fromkeys(numbers[quote.passage.id] for quote in claim.quotes))
    said = claim.text if claim.state == "supported" else in_marks(claim.text)
    return (*((Piece(f"{about.rstrip(' .:;,')}: ", "strong"),) if about else ()), Piece(said, notes=notes))


def numbers_of(citations: Sequence[Citation]) -> dict[str, int]:
    """The note of each passage id."""
    return {citation.passage.id: citation.number for citation in citations}


def words(text: str, style: Literal["plain", "strong", "quiet"] = "plain") -> Line:
    return (Piece(text, style),)
