"""Printed lines -> blocks: furniture and footnotes out, boxes together, headings, paragraphs and lists told apart."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import quantiles

from ingest.blocks import Block, BlockKind
from ingest.boxes import Box, find_boxes
from ingest.characters import BULLET
from ingest.footnotes import Note, take_out
from ingest.furniture import loose_furniture
from ingest.headings import USUAL_PARTS, Heading, Level, emphasised, heading_at, tail_without_head
from ingest.hyphens import known_words
from ingest.items import Marker, item_at, marker
from ingest.lines import Line, leave_out, stretches
from ingest.measure import column, usual_size
from ingest.paragraphs import CLOSES, ends, run_together
from ingest.prose import Prose, join

_RUN_IN = re.compile(r"(\d{1,2}[.)] (?:[^\s.]+ ){1,20}?[^\s.]+)\. \S")
_UNWRAPPED = 160  # letters: lines this long are whole paragraphs, not printed lines
_ITEM_SLACK = 0.1  # lines of an item are indented by about as much


@dataclass(frozen=True, slots=True)
class _Page:
    """The body lines and what is known about them. `columns` holds the column width for each line."""

    lines: Sequence[Line]
    columns: Sequence[float]
    boxes: dict[int, Box]  # by their first line
    known: Counter[str]
    unwrapped: bool
    size: float


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block and the indexes of its lines."""

    block: Block
    start: int
    end: int


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    known = known_words(lines)
    body, notes = take_out(leave_out(lines, loose_furniture(lines)), known)
    page = _Page(
        body, _columns(body), {box.start: box for box in find_boxes(body)}, known, _is_unwrapped(body), usual_size(body)
    )
    return _with_notes(_run_in_titles(_read(page, 0, len(body))), notes)


def _is_unwrapped(lines: Sequence[Line]) -> bool:
    return len(lines) > 1 and quantiles([len(line.text) for line in lines], n=4)[2] > _UNWRAPPED


def _columns(lines: Sequence[Line]) -> list[float]:
    """A short stretch says little about its column, so it takes that of the wider of its neighbours."""
    groups = stretches(lines)
    wide = [column(group) for group in groups]
    columns: list[float] = []
    for number, group in enumerate(groups):
        near = [wide[n] for n in (number - 1, number + 1) if 0 <= n < len(groups)]
        columns += [max(wide[number], *near) if near and len(group) < 4 else wide[number]] * len(group)
    return columns


def _read(page: _Page, start: int, end: int) -> list[_Placed]:
    found: list[_Placed] = []
    at = start
    while at < end:
        placed = _next(page, at, end, found)
        found += placed
        at = max(each.end for each in placed)
    return found


def _next(page: _Page, at: int, end: int, before: Sequence[_Placed]) -> list[_Placed]:
    """The block that begins at line `at`, and the box that stands inside it if one does."""
    box = page.boxes.get(at)
    if box is not None:
        return [_Placed(_boxed(page, box), at, box.end)]
    heading = heading_at(page.lines, at, page.columns[at], page.size)
    if heading is not None:
        prose = run_together(page.lines[at : at + heading.lines], page.known)
        return [_Placed(Block("heading", prose, _level(heading, prose.text, before)), at, at + heading.lines)]
    if rows := _table_rows(page.lines, at):
        return [_Placed(Block("table", join(map(_row, page.lines[at : at + rows]), "\n")), at, at + rows)]
    kind: BlockKind = "text"
    if item_at(page.lines, at, _last_marker(page, before)) is not None:
        kind = "item"
    elif tail_without_head(page.lines, at):
        kind = "adrift"
    return _paragraph(page, kind, at, end)


def _table_rows(lines: Sequence[Line], at: int) -> int:
    """How many lines from `at` on are rows of a table; 0 if they are too few to be one."""
    end = at
    while end < len(lines) and len(lines[end].cells) > 1 and (end == at or not lines[end].new_page):
        end += 1
    widest = max((len(line.cells) for line in lines[at:end]), default=0)
    return end - at if end - at >= (2 if widest > 2 else 3) else 0


def _row(line: Line) -> Prose:
    return replace(line.prose, text=" | ".join(line.cells))


def _level(heading: Heading, text: str, before: Sequence[_Placed]) -> int:
    """A plain heading that opens the document is its title, unless it names a usual part of one."""
    opens = heading.level == Level.PLAIN and not before
    return Level.TITLE if opens and not USUAL_PARTS.fullmatch(text) else heading.level


def _last_marker(page: _Page, before: Sequence[_Placed]) -> Marker | None:
    """That of the last item, if there is one near; as it stands in the file."""
    items = (page.lines[placed.start].text for placed in reversed(before[-8:]) if placed.block.kind == "item")
    return next((marker(text) for text in items), None)


def _paragraph(page: _Page, kind: BlockKind, start: int, end: int) -> list[_Placed]:
    first = marker(page.lines[start].text) if kind == "item" else None
    lines, boxes = [page.lines[start]], []
    at = start + 1
    while at < end:
        box = _inside_sentence(page, at)
        if box is not None:
            boxes.append(_Placed(_boxed(page, box), at, box.end))
            at = box.end
            lines.append(replace(page.lines[at], prose=page.lines[at].prose.cut_before()))
        elif _begins(page, at, kind, first):
            break
        else:
            lines.append(page.lines[at])
        at += 1
    prose = run_together(lines, page.known)
    return [_Placed(Block(kind, _plain_bullet(prose, first)), start, at), *boxes]


def _inside_sentence(page: _Page, at: int) -> Box | None:
    """The box that begins here and interrupts a sentence, which goes on behind it."""
    box = page.boxes.get(at)
    if box is None or box.end >= len(page.lines) or CLOSES.search(page.lines[at - 1].text):
        return None
    return box if page.lines[box.end].text[0].islower() else None


def _begins(page: _Page, at: int, kind: BlockKind, first: Marker | None) -> bool:
    """Something new begins at line `at`, after a paragraph or item."""
    before, line = page.lines[at - 1], page.lines[at]
    if page.unwrapped or at in page.boxes or item_at(page.lines, at, first) is not None:
        return True
    if _table_rows(page.lines, at):
        return True
    apart = line.gap or line.new_page or CLOSES.search(before.text) is not None or emphasised(line, page.size)
    if apart and heading_at(page.lines, at, page.columns[at], page.size) is not None:
        return True
    return ends(before, line, page.columns[at - 1], _ITEM_SLACK if kind == "item" else 0.0)


def _plain_bullet(prose: Prose, first: Marker | None) -> Prose:
    """Whatever stands for a bullet becomes the bullet."""
    if first is None or first.number or first.row == "•":
        return prose
    return Prose(BULLET) + prose.without(0, first.length)


def _boxed(page: _Page, box: Box) -> Block:
    label, title = (Block("heading", page.lines[n].prose) for n in (box.label, box.label + 1))
    lines = leave_out(page.lines[box.start : box.end], {box.label - box.start, box.label + 1 - box.start})
    inner = _Page(lines, _columns(lines), {}, page.known, page.unwrapped, page.size)
    inside = tuple(placed.block for placed in _read(inner, 0, len(lines)))
    return Block("box", Prose(""), 0, (label, title, *inside))


def _run_in_titles(placed: list[_Placed]) -> list[_Placed]:
    """Numbered paragraphs that each open with a short sentence, one for every number, are sections under that
    sentence."""
    rows = [n for n, each in enumerate(placed) if each.block.kind == "item" and marker_number(each)]
    titles = {n: _RUN_IN.match(placed[n].block.prose.text) for n in rows}
    spread = len(rows) >= 3 and rows[-1] - rows[0] > len(rows) - 1
    if not spread or None in titles.values() or [marker_number(placed[n]) for n in rows] != [*range(1, len(rows) + 1)]:
        return placed
    return [part for n, each in enumerate(placed) for part in (_titled(each, titles[n]) if n in titles else [each])]


def marker_number(placed: _Placed) -> int:
    found = marker(placed.block.prose.text)
    return found.number if found else 0


def _titled(placed: _Placed, found: re.Match[str] | None) -> list[_Placed]:
    title = Prose(found.group(1)) if found else Prose("")
    heading = Block("heading", title, Level.RUN_IN)
    return [_Placed(heading, placed.start, placed.start), replace(placed, block=replace(placed.block, kind="text"))]


def _with_notes(placed: Sequence[_Placed], notes: Sequence[Note]) -> list[Block]:
    """Each note behind the block that its mark stands in."""
    homes: dict[int, list[Block]] = defaultdict(list)
    starts = [each.start for each in placed]
    for note in notes:
        # A box inside a paragraph comes behind it, a run-in title before: the last block that begins here is the one.
        homes[max(0, bisect_right(starts, note.line) - 1)].append(_note(note))
    blocks: list[Block] = []
    for n, each in enumerate(placed):
        boxed = each.block.kind == "box"
        blocks += [replace(each.block, inside=(*each.block.inside, *homes[n]))] if boxed else [each.block, *homes[n]]
    return blocks


def _note(note: Note) -> Block:
    """The number stands elsewhere in the source, and the note before it too: hence the cuts."""
    number = Prose(f"{note.number}. ") if note.number else Prose("")
    whole = (number + note.prose.cut_before()).cut_before()
    return Block("note", replace(whole, pages=note.prose.pages))
