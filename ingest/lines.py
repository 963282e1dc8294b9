"""The text of a file as lines that know about the blank lines and page breaks before them.

Where a page begins. A form feed begins one, and pages can be counted by them. Text files made from PDF by hand often
have no form feeds left but a single space in front of the first line of a page (the form feed, or the page number and
running head that stood there, became a space). Found by going through every such line of the collection's files:

- the space marks a place where something was taken out, most often a page's head or foot. It can be trusted to begin
  a page of the *file*, and so explains why a sentence breaks there, unless it stands in front of footnotes: there the
  numbers of the notes were taken for page numbers and removed (`ingest.footnotes` recognises those);
- it cannot be used to count: pages without text, and pages dropped by whoever made the file, leave no trace. So such a
  page start carries no number, and nothing from such a file is ever cited with a page;
- a line that holds nothing but a space is a blank line, and files where most lines begin with spaces are indented.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.characters import LEADERS, clean_line
from ingest.model import PageStart
from ingest.prose import Prose

_BREAK = re.compile(r"\r\n|[\r\n\x0b\x85\u2028\u2029]")
_SOFT_HYPHEN_AT_END = re.compile("\u00ad\\s*$")
_PAGE_SPACE = re.compile(r" [^\s]")


RAISED = "\ufdd0"  # stands, between reading and `footnotes`, in front of digits set smaller and higher than their line


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. `gap`: a blank line stands before it. `new_page`: it is the first of a page, or of a column.
    `glued`: it ends in a soft hyphen, so the next line goes on with the same word. When the format tells, `left` and
    `base` are where it stands and `size` that of its letters, in points, and `cells` are its parts if wide spaces
    divide it."""

    prose: Prose
    gap: bool = False
    new_page: bool = False
    glued: bool = False
    left: float | None = None
    base: float | None = None
    size: float | None = None
    bold: bool = False
    cells: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.prose.text


def lines_of(text: str) -> list[Line]:
    """The lines of a plain text file that are not blank."""
    pages = text.split("\f")
    marks = "" if len(pages) > 1 else " "
    numbered = enumerate(pages, start=1) if len(pages) > 1 else ((None, page) for page in pages)
    return [line for number, page in numbered for line in _lines_of_page(page, number, marks)]


def page_lines(text: str, index: int, label: str | None = None) -> list[Line]:
    """The lines of one page of a paged format."""
    return list(_lines_of_page(text, index, "", label))


def _lines_of_page(text: str, index: int | None, marks: str, label: str | None = None) -> Iterator[Line]:
    raw = _BREAK.split(text)
    spaced = bool(marks) and _spaces_mark_pages(raw)
    gap, first = False, True
    for line in raw:
        words = clean_line(line)
        if not words:
            gap = True
            continue
        begins = (first and index is not None) or (spaced and _PAGE_SPACE.match(line) is not None)
        start = (PageStart(0, index, label),) if begins else ()
        glued = _SOFT_HYPHEN_AT_END.search(line) is not None
        yield Line(Prose(words, (), start), gap, begins, glued, cells=_drawn_cells(words))
        gap, first = False, False


def _drawn_cells(text: str) -> tuple[str, ...]:
    """The cells of a table row that is drawn with | between them, or of a line of a table of contents with its dots."""
    parts = text.split("|") if text.count("|") > 1 else LEADERS.split(text)
    return tuple(cell for part in parts if (cell := part.strip())) if len(parts) > 1 else ()


def _spaces_mark_pages(raw: Sequence[str]) -> bool:
    """False for a file that is indented: there are few pages beside many lines."""
    filled = [line for line in raw if line.strip()]
    return sum(1 for line in filled if line[0].isspace()) * 8 <= len(filled) + 16


def stretches(lines: Iterable[Line]) -> list[list[Line]]:
    """The lines in groups with no blank line and no page break inside."""
    groups: list[list[Line]] = []
    for line in lines:
        if not groups or line.gap or line.new_page:
            groups.append([])
        groups[-1].append(line)
    return groups


def leave_out(lines: Sequence[Line], gone: Container[int]) -> list[Line]:
    """The lines without those at the indexes in `gone`; the next line remembers the cut, the gap and the page start."""
    kept: list[Line] = []
    owed: list[Line] = []
    for number, line in enumerate(lines):
        if number in gone:
            owed.append(line)
        else:
            kept.append(_inherit(line, owed))
            owed = []
    return kept


def _inherit(line: Line, gone: Sequence[Line]) -> Line:
    if not gone:
        return line
    pages = line.prose.pages or tuple(replace(page, offset=0) for lost in gone for page in lost.prose.pages)[-1:]
    prose = replace(line.prose.cut_before(), pages=pages)
    gap, new_page = any(lost.gap for lost in gone), any(lost.new_page for lost in gone)
    return replace(line, prose=prose, gap=line.gap or gap, new_page=line.new_page or new_page)
