"""The rows of a PDF page, with their places -> lines in reading order.

pypdf gives text in the order in which the page was drawn, which is nearly always the order of reading. Two things are put
right: words of one row that came apart, and columns whose rows were drawn across both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median

from ingest.characters import clean_line
from ingest.lines import RAISED, Line, page_lines
from ingest.measure import width

_GUTTER = 8.0  # points by which the left edges of one column may differ
_COLUMN_LETTERS = 22  # a column of text has at least so many in a row; a table's cell seldom
_GAP = 1.3  # times the usual step from row to row: a blank line


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` are the offsets, and the places on the page, at which a wide space divides the text."""

    text: str
    left: float
    base: float
    size: float
    bold: bool
    cells: tuple[tuple[int, float], ...] = ()

    @property
    def right(self) -> float:
        return self.left + width(self.text) * self.size

    def split(self) -> list[Row]:
        """One row for each cell."""
        starts = [(0, self.left), *self.cells]
        ends = [offset for offset, _ in self.cells] + [len(self.text)]
        parts = [(self.text[start:end], left) for (start, left), end in zip(starts, ends, strict=True)]
        return [replace(self, text=text, left=left, cells=()) for text, left in parts if text.strip()]


def rows_of(raw: Iterable[Sequence[object]]) -> list[Row]:
    """What the child wrote: [text, left, base, size, bold, cells] each."""
    return [
        Row(str(text), float(left), float(base), float(size), bool(bold), tuple((int(a), float(b)) for a, b in cells))  # type: ignore[arg-type,attr-defined]
        for text, left, base, size, bold, cells in raw
        if str(text).strip() and left is not None and size
    ]


def lines_of_rows(rows: Sequence[Row], index: int, label: str | None) -> list[Line]:
    ordered = by_column(mended(rows))
    usual = _usual_step(ordered)
    found: list[Line] = []
    for number, row in enumerate(ordered):
        made = page_lines(row.text.replace("\n", " "), index, label)
        if not made:
            continue
        cells = tuple(clean_line(part.text).replace(RAISED, "") for part in row.split()) if row.cells else made[0].cells
        line = replace(made[0], left=row.left, base=row.base, size=row.size, bold=row.bold, cells=cells)
        if found:
            step = ordered[number - 1].base - row.base
            line = replace(line, prose=replace(line.prose, pages=()), gap=step > _GAP * usual, new_page=step < -usual)
        found.append(line)
    return found


def _usual_step(rows: Sequence[Row]) -> float:
    steps = [above.base - below.base for above, below in zip(rows, rows[1:], strict=False)]
    return median([step for step in steps if 4 < step < 40] or [12.0])


def mended(rows: Sequence[Row]) -> list[Row]:
    """Rows of which a later one goes on where the one before stopped, on the same base, are one."""
    whole: list[Row] = []
    for row in rows:
        last = whole[-1] if whole else None
        if last is None or abs(last.base - row.base) > 0.5 or not -2 < row.left - last.right < 2 * row.size:
            whole.append(row)
            continue
        space = "" if row.left - last.right < 0.12 * row.size or last.text.endswith(" ") else " "
        shift = len(last.text) + len(space)
        cells = (*last.cells, *((offset + shift, left) for offset, left in row.cells))
        whole[-1] = replace(last, text=last.text + space + row.text, cells=cells)
    return whole


def by_column(rows: Sequence[Row]) -> list[Row]:
    """Where most rows hold a piece of the left column and one of the right, the left column first. A row as wide as
    both, such as a heading, divides what stands above it from what stands below."""
    gutter = _gutter(rows)
    if gutter is None:
        return list(rows)
    ordered: list[Row] = []
    left: list[Row] = []
    right: list[Row] = []
    for row in sorted(rows, key=lambda row: -row.base):
        if not row.cells and row.left < gutter - _GUTTER and row.right > gutter + _GUTTER:
            ordered += [*left, *right, row]
            left, right = [], []
        else:
            for part in row.split():
                (right if part.left >= gutter - _GUTTER else left).append(part)
    return [*ordered, *left, *right]


def _gutter(rows: Sequence[Row]) -> float | None:
    """Where the right column begins, if rows were drawn across two columns of text; a table has shorter cells."""
    double = [row for row in rows if len(row.cells) == 1]
    if len(double) < 5 or len(double) * 2 < len(rows):
        return None
    edges = Counter(round(row.cells[0][1] / _GUTTER) for row in double)
    edge, times = edges.most_common(1)[0]
    same = [row for row in double if abs(row.cells[0][1] / _GUTTER - edge) <= 1]
    letters = [[len(part.text) for part in row.split()] for row in same]
    if (
        times * 3 < len(double) * 2
        or min(mean(row[0] for row in letters), mean(row[-1] for row in letters)) < _COLUMN_LETTERS
    ):
        return None
    return min(row.cells[0][1] for row in same)
