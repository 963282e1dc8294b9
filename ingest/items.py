"""How a list item begins: its bullet, or its place in a row of numbers or letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.characters import BULLET
from ingest.lines import Line
from ingest.paragraphs import CLOSES

_COUNTED = re.compile(r"(\(?)(?:(\d{1,3})|([a-z]))([.)]) +(?=\S)")
_DASHED = re.compile(r"([-–*·o]) +(?=[^\W_])")
_AHEAD = 60  # lines in which the second item of a list must follow the first


@dataclass(frozen=True, slots=True)
class Marker:
    """`row` is what the items of one list share, `number` counts them; 0 for a bullet. `length` is that of the
    marker."""

    row: str
    number: int
    length: int


def marker(text: str) -> Marker | None:
    if text.startswith(BULLET):
        return Marker("•", 0, len(BULLET))
    if found := _COUNTED.match(text):
        number = int(found.group(2)) if found.group(2) else ord(found.group(3)) - ord("a") + 1
        return Marker(f"{found.group(1)}{'1' if found.group(2) else 'a'}{found.group(4)}", number, found.end())
    found = _DASHED.match(text)
    return Marker(found.group(1), 0, found.end()) if found else None


def item_at(lines: Sequence[Line], at: int, last: Marker | None) -> Marker | None:
    """The marker of the item that begins at `at`, or None. `last` is the item before, if there is one near. A number or
    a letter begins an item only as the next in its row, or as the first of a row that goes on; a dash only if the line
    before is complete and another follows."""
    found = marker(lines[at].text)
    if found is None or found.row == "•":
        return found
    if last is not None and last.row == found.row and found.number == (last.number + 1 if found.number else 0):
        return found
    if found.number > 1 or (not found.number and not _may_begin(lines, at)):
        return None
    return found if _goes_on(lines, at, found) else None


def _may_begin(lines: Sequence[Line], at: int) -> bool:
    return at == 0 or lines[at].gap or CLOSES.search(lines[at - 1].text) is not None


def _goes_on(lines: Sequence[Line], at: int, first: Marker) -> bool:
    wanted = first.number + 1 if first.number else 0
    rest = (marker(line.text) for line in lines[at + 1 : at + 1 + _AHEAD])
    return any(other is not None and other.row == first.row and other.number == wanted for other in rest)
