"""A Paper on the screen: the blocks that belong together, and notes that lead into the documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from assistant.model import Citation
from assistant.products.paper import Block, Grid, Heading, Paper
from assistant.web.links import of_citation
from assistant.web.pages import render
from assistant.web.words import Words


@dataclass(frozen=True, slots=True)
class Shown:
    """One block, or the items of a list together in `many`."""

    kind: Literal["heading", "grid", "items", "text"]
    many: tuple[Block, ...]

    @property
    def one(self) -> Block:
        return self.many[0]


@dataclass(frozen=True, slots=True)
class Note:
    number: int
    words: str
    address: str


def paper_html(paper: Paper, citations: Sequence[Citation], name: str, texts: Words) -> str:
    """`name` keeps the anchors of two papers on one screen apart."""
    addresses = {citation.number: of_citation(citation, texts) for citation in citations}
    notes = [Note(n, words, addresses.get(n, "")) for n, words in sorted(paper.notes.items())]
    blocks = list(_blocks(paper.blocks))
    return render("paper.html", texts, paper=paper, blocks=blocks, notes=notes, name=name, refused="")


def no_paper(texts: Words, refused: str = "") -> str:
    return render("paper.html", texts, paper=None, blocks=[], notes=[], name="", refused=refused)


def _blocks(blocks: Sequence[Block]) -> Iterator[Shown]:
    for kind, run in groupby(blocks, key=_kind):
        if kind == "items":
            yield Shown(kind, tuple(run))
        else:
            yield from (Shown(kind, (block,)) for block in run)


def _kind(block: Block) -> Literal["heading", "grid", "items", "text"]:
    if isinstance(block, Heading):
        return "heading"
    if isinstance(block, Grid):
        return "grid"
    return "items" if block.kind == "item" else "text"
