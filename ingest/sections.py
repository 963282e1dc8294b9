"""Blocks in reading order -> Sections, each under its heading path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from ingest.blocks import Block
from ingest.model import Locator, PageStart, Section, SectionKind
from ingest.prose import Prose, join

_NOTES = "Notes"
_STATEMENT = re.compile(r"(?:recommendation|principle|finding|lesson|action|key (?:finding|message))\b", re.IGNORECASE)
_NOTES_HEADINGS = {"notes", "endnotes", "footnotes", "references", "bibliography", "works cited"}


@dataclass(frozen=True, slots=True)
class _Loose:
    """A heading with nothing under it, the headings above it, and the page it stands on."""

    path: tuple[str, ...]
    page: PageStart | None
    block: Block


@dataclass(slots=True)
class _Draft:
    """The sections so far, and the one that is being filled."""

    source_id: str
    done: list[Section] = field(default_factory=list)
    path: list[tuple[int, str]] = field(default_factory=list)
    loose: list[_Loose] = field(default_factory=list)
    bare: _Loose | None = None  # the last heading, as long as nothing is under it
    text: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    page: PageStart | None = None  # of the last block that was put in
    kind: SectionKind = "text"

    @property
    def heading(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.path)

    def head(self, block: Block, shown: bool) -> None:
        """Go under a heading. One that nothing stood under is no heading of anything: its words are kept as text."""
        self.close()
        if self.bare is not None and block.level <= self.bare.block.level:
            self.loosen()
        self.path = [(level, name) for level, name in self.path if level < block.level]
        self.page = block.prose.pages[-1] if block.prose.pages else self.page
        self.bare = _Loose(self.heading, self.page, block) if shown else None
        if shown:
            self.path.append((block.level, block.prose.text))

    def loosen(self) -> None:
        if self.bare is not None:
            self.path = [(level, name) for level, name in self.path if level < self.bare.block.level]
            self.loose.append(self.bare)
            self.bare = None

    def put(self, block: Block) -> None:
        self.put_loose()
        self.bare = None
        (self.notes if block.kind == "note" else self.text).append(block)

    def put_loose(self) -> None:
        """Sections for the headings without text, each with the page and the headings it stood under."""
        page, loose, self.loose = self.page, self.loose, []
        for path, group in groupby(loose, key=lambda one: one.path):
            together = list(group)
            self.page = together[0].page
            self._add([replace(one.block, kind="text") for one in together], path, self.kind)
        self.page = page

    def close(self) -> None:
        """The filled section, and behind it one for its notes. Those may come from pages behind; the text goes on where
        it was."""
        last = self.heading[-1].casefold() if self.path else ""
        kind: SectionKind = "notes" if last in _NOTES_HEADINGS else self.kind
        self._add(self.text, self.heading, kind)
        page = self.page
        self._add(self.notes, (*self.heading, _NOTES), "notes")
        self.text, self.notes, self.page = [], [], page

    def _add(self, blocks: Sequence[Block], heading: tuple[str, ...], kind: SectionKind) -> None:
        prose = _joined(blocks)
        pages = [page for page in prose.pages if page.offset == 0]
        self.page = pages[-1] if pages else self.page
        if prose.text:
            index, label = (self.page.index, self.page.label) if self.page is not None else (None, None)
            where = Locator(index, label, heading)
            self.done.append(_section(self.source_id, len(self.done), where, prose, kind))
        self.page = prose.pages[-1] if prose.pages else self.page


def _section(source_id: str, ordinal: int, where: Locator, prose: Prose, kind: SectionKind) -> Section:
    inside = range(1, len(prose.text))
    cuts = tuple(cut for cut in prose.cuts if cut in inside)
    pages = tuple(page for page in prose.pages if page.offset in inside)
    return Section(source_id, ordinal, where, prose.text, kind, cuts, pages)


def sections_of(source_id: str, blocks: Iterable[Block], title: str = "") -> tuple[Section, ...]:
    """`title` is the document's: a heading that only repeats it is left out of the heading paths."""
    draft = _Draft(source_id)
    for block in blocks:
        _take(draft, block, title)
    draft.close()
    draft.loosen()
    draft.put_loose()
    return tuple(draft.done)


def _take(draft: _Draft, block: Block, title: str) -> None:
    if block.kind == "heading":
        draft.head(block, shown=not _same(block.prose.text, title))
        if says_something(block.prose.text):
            draft.put(replace(block, kind="text"))
    elif block.kind == "box":
        _take_box(draft, block)
    elif block.kind == "table":
        _take_table(draft, block)
    else:
        if block.kind == "adrift":
            draft.close()
            draft.loosen()
            draft.path = []
        draft.put(block)


def says_something(heading: str) -> bool:
    """A heading that is a sentence, such as a principle or a recommendation, can be asked for and quoted: it is text too.
    Not in capitals: those repeat what is said elsewhere, and nobody quotes them."""
    words = len(heading.split())
    return words >= 6 and not heading.isupper() and (heading.endswith(".") or _STATEMENT.match(heading) is not None)


def _take_box(draft: _Draft, box: Block) -> None:
    """A box is one section of its own; the text around it goes on as another under the heading it had."""
    draft.close()
    path, kind = draft.path, draft.kind
    names = [block.prose.text for block in box.inside if block.kind == "heading"]
    draft.path, draft.kind = [*path, *((99, name) for name in names)], "case_study"
    for block in box.inside:
        if block.kind != "heading":
            draft.put(block)
    draft.close()
    draft.path, draft.kind = path, kind


def _take_table(draft: _Draft, table: Block) -> None:
    """A table is a section of its own, so that it stays whole."""
    draft.close()
    draft.kind = "table"
    draft.put(table)
    draft.close()
    draft.kind = "text"


def _joined(blocks: Sequence[Block]) -> Prose:
    """Paragraphs apart by a blank line, the items of one list each on a line of its own."""
    parts: list[Prose] = []
    for number, block in enumerate(blocks):
        if number:
            listed = block.kind == blocks[number - 1].kind == "item"
            parts.append(Prose("\n" if listed else "\n\n"))
        parts.append(block.prose)
    return join(parts)


def _same(heading: str, title: str) -> bool:
    plain = [[letter for letter in text.casefold() if letter.isalnum()] for text in (heading, title)]
    return plain[0] == plain[1] and bool(title)
