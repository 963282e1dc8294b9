"""A Word document (.docx) -> blocks. Runs in the child: see `child`."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from ingest.archives import opened
from ingest.blocks import Block
from ingest.characters import BULLET
from ingest.content import Content
from ingest.errors import UnreadableFile
from ingest.headings import Level
from ingest.markup import prose_of, title_of, titled
from ingest.prose import Prose
from ingest.titles import believable

_CUT = "\x00"  # as in `markup.prose_of`
_STEP = 10
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_UNREAD = {
    qn(tag) for tag in ("w:instrText", "w:delText", "w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sectPr", "w:object")
}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTE_MARKS = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}
_TEXT = {qn("w:t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}
_SPACES = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:softHyphen"): ""}


def read_word(data: bytes) -> Content:
    opened(data)  # refuses what would unpack to something huge
    try:
        document = Document(io.BytesIO(data))
    except (KeyError, ValueError, BadZipFile, SyntaxError) as error:
        raise UnreadableFile(
            "it is damaged: Word itself may still open it", "Open it in Word and save it again."
        ) from error
    walk = _Walk(document, _notes(document))
    walk.through(document.element.body)
    blocks = titled(walk.blocks)
    return Content(tuple(blocks), believable(document.core_properties.title or "") or title_of(blocks))


@dataclass(slots=True)
class _Walk:
    """The blocks so far, the notes by kind and id, and how far each numbered list has been counted."""

    document: Any
    notes: dict[tuple[str, str], str]
    blocks: list[Block] = field(default_factory=list)
    counts: Counter[tuple[str, int]] = field(default_factory=Counter)

    def through(self, parent: Any) -> None:
        for element in parent.iterchildren():
            if element.tag == qn("w:p"):
                self.paragraph(element)
            elif element.tag == qn("w:tbl"):
                self.table(element)
            elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")):
                self.through(element)

    def paragraph(self, element: Any) -> None:
        marks: list[tuple[str, str]] = []
        boxes: list[Any] = []
        prose = prose_of("".join(_pieces(element, marks, boxes)))
        if prose.text:
            self.blocks.append(self._block(Paragraph(element, self.document), prose))
        for mark in marks:
            if mark in self.notes:
                self.blocks.append(Block("note", Prose(self.notes[mark])))
        for box in boxes:
            self.through(box)

    def _block(self, paragraph: Paragraph, prose: Prose) -> Block:
        level = heading_level(paragraph, prose.text)
        if level is not None:
            return Block("heading", prose, level)
        marker = self._marker(paragraph)
        return Block("item", Prose(marker) + prose) if marker else Block("text", prose)

    def _marker(self, paragraph: Paragraph) -> str:
        """The bullet or number of a list item; nothing for an ordinary paragraph."""
        place = _list_place(paragraph)
        if place is None:
            return ""
        number, depth = place
        kind = _number_format(self.document, number, depth)
        if kind in ("bullet", "none", ""):
            return BULLET
        self.counts[number, depth] += 1
        for deeper in range(depth + 1, 10):
            self.counts.pop((number, deeper), None)
        count = self.counts[number, depth]
        return f"{chr(96 + count)}) " if kind.endswith("Letter") and count <= 26 else f"{count}. "

    def table(self, element: Any) -> None:
        """A table of data is one block; a table with one column is a frame around ordinary text."""
        rows = [list(row.iterchildren(qn("w:tc"))) for row in element.iter(qn("w:tr"))]
        if max(map(len, rows), default=0) < 2 or element.find(f".//{qn('w:tbl')}") is not None:
            for cell in (cell for row in rows for cell in row):
                self.through(cell)
            return
        lines = [" | ".join(_cell(cell) for cell in row) for row in rows]
        self.blocks.append(Block("table", Prose("\n".join(line for line in lines if line.strip(" |")))))


def _pieces(element: Any, marks: list[tuple[str, str]], boxes: list[Any]) -> Iterator[str]:
    """The text of a paragraph; note marks become cuts, and text boxes that hang on it are put aside."""
    stack = list(element.iterchildren())[::-1]
    while stack:
        node = stack.pop()
        if node.tag in _TEXT:
            yield node.text or ""
        elif node.tag in _SPACES:
            yield _SPACES[node.tag]
        elif node.tag in _NOTE_MARKS:
            marks.append((_NOTE_MARKS[node.tag], node.get(qn("w:id")) or ""))
            yield _CUT
        elif node.tag == qn("w:txbxContent"):
            boxes.append(node)
        elif node.tag not in _UNREAD and node.tag != _FALLBACK and not _vanished(node):
            stack += list(node.iterchildren())[::-1]


def _vanished(run: Any) -> bool:
    """Hidden text: no reader sees it, so we do not either."""
    return run.tag == qn("w:r") and run.find(f"{qn('w:rPr')}/{qn('w:vanish')}") is not None


def heading_level(paragraph: Paragraph, text: str) -> int | None:
    """From the style, or the outline level; a short line that is bold all through is the lowest heading."""
    style = paragraph.style
    while style is not None:
        name = style.name or ""
        if name.lower() == "title":
            return Level.TITLE
        if found := _HEADING.match(name):
            return int(found.group(1)) * _STEP
        style = style.base_style
    outline = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    if outline is not None and (outline.get(qn("w:val")) or "9") in "012345678":
        return (int(outline.get(qn("w:val"))) + 1) * _STEP
    runs = [run for run in paragraph.runs if run.text.strip()]
    bold = bool(runs) and all(run.bold for run in runs) and _list_place(paragraph) is None
    return 9 * _STEP if bold and len(text.split()) <= 12 and text[-1] not in ".,;:" else None


def _list_place(paragraph: Paragraph) -> tuple[str, int] | None:
    """The list it belongs to and how deep, from itself or its style."""
    holders = [paragraph._p.pPr]
    style = paragraph.style
    while style is not None:
        holders.append(style.element.find(qn("w:pPr")))
        style = style.base_style
    for holder in holders:
        place = holder.find(qn("w:numPr")) if holder is not None else None
        if place is not None:
            number, depth = (place.find(qn(tag)) for tag in ("w:numId", "w:ilvl"))
            name = number.get(qn("w:val")) if number is not None else "0"
            return (name, int(depth.get(qn("w:val")) or 0) if depth is not None else 0) if name != "0" else None
    return ("style", 0) if (paragraph.style.name if paragraph.style else "").startswith("List Bullet") else None


def _number_format(document: Any, number: str, depth: int) -> str:
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return "bullet"
    for num in root.iterchildren(qn("w:num")):
        if num.get(qn("w:numId")) == number:
            wanted = num.find(qn("w:abstractNumId")).get(qn("w:val"))
            for abstract in root.iterchildren(qn("w:abstractNum")):
                if abstract.get(qn("w:abstractNumId")) == wanted:
                    path = f"{qn('w:lvl')}[@{qn('w:ilvl')}='{depth}']/{qn('w:numFmt')}"
                    found = abstract.find(path)
                    return str(found.get(qn("w:val"))) if found is not None else "bullet"
    return "bullet"


def _cell(cell: Any) -> str:
    parts = [prose_of("".join(_pieces(paragraph, [], []))).text for paragraph in cell.iter(qn("w:p"))]
    return " ".join(part for part in parts if part)


def _notes(document: Any) -> dict[tuple[str, str], str]:
    """Footnotes and endnotes by kind and id, each with the number it is printed with."""
    found: dict[tuple[str, str], str] = {}
    for part in document.part.package.iter_parts():
        kind = str(part.partname).rsplit("/", 1)[-1].removesuffix(".xml")
        if kind in ("footnotes", "endnotes"):
            root = parse_xml(part.blob)
            real = [note for note in root if note.get(qn("w:type")) in (None, "normal")]
            for number, note in enumerate(real, start=1):
                text = " ".join(prose_of("".join(_pieces(p, [], []))).text for p in note.iter(qn("w:p")))
                found[kind, note.get(qn("w:id")) or ""] = f"{number}. {text}"
    return found
