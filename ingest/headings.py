"""Which lines are headings, and how high they stand.

Only the order of the levels matters: a heading ends every section of its own level and below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from ingest.characters import BULLET
from ingest.lines import Line
from ingest.measure import width


class Level(IntEnum):
    TITLE = 0  # the document's own
    CAPITALS = 10  # PRINCIPLE ONE: THE GOVERNMENT MUST ...
    NUMBERED = 20  # 2 What we did; 2.1 is one lower, and so on
    LABELLED = 30  # PRINCIPLE ONE: The government must ...
    PLAIN = 40  # Key lessons
    RUN_IN = 50  # 1. Social integration is a two-way process. The most ...


USUAL_PARTS = re.compile(
    r"(?:executive )?summary|foreword|preface|introduction|contents|abstract|acknowledge?ments|background|key (?:points|findings|"
    r"lessons|messages)|about (?:us|this report|the authors?)|conclusions?|overview",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """`lines` is how many lines it takes up."""

    level: int
    lines: int


_CAPITAL_LINES = 6
_LARGER = 1.12
_WORDS = 10
_LABEL = re.compile(r"[A-Z]{4,}(?: [A-Z]+| \d+)*: \S")
_NUMBERED = re.compile(
    r"((?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,4})\.?\s+(?=[A-Z‘“])|(?:Chapter|Part|Section|Appendix|Annex) [\dA-Z]{1,4}\b"
)
_CLOSED = re.compile(r"[.,;:—–-]$")
_DATE = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th)? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: \d{1,2},?)?(?: \d{4})?",
    re.IGNORECASE,
)
_NOT_A_TITLE = re.compile(r"https?://|www\.|\S@\S|^[‘“\"'(\[]|\.{4}| \| ")


def heading_at(lines: Sequence[Line], at: int, column_width: float, usual_size: float = 0.0) -> Heading | None:
    """The heading that begins at a line which is known to begin something, or None. `usual_size`: that of the text."""
    if lines[at].cells:
        return None
    found = (
        _printed(lines, at, usual_size)
        or _capitals(lines, at)
        or _labelled(lines, at)
        or _numbered(lines, at)
        or _plain(lines, at, column_width)
    )
    return Heading(_by_size(found.level, lines[at].size), found.lines) if found is not None else None


def _by_size(level: int, size: float | None) -> int:
    """Where sizes are known, the larger heading is the higher; the kind decides between equals."""
    return level if size is None else 100 * (1 + round(10 * max(0.0, 72 - size))) + level


def emphasised(line: Line, usual_size: float) -> bool:
    """Larger than the text, or bold in its size."""
    if line.size is None or not usual_size:
        return False
    return line.size >= _LARGER * usual_size or (line.bold and line.size >= 0.98 * usual_size)


def _printed(lines: Sequence[Line], at: int, usual_size: float) -> Heading | None:
    """A few lines that stand out, with text below them that does not, or not so much."""
    first = lines[at]
    if not emphasised(first, usual_size) or first.text.startswith(BULLET):
        return None
    end = at + 1
    while end < len(lines) and _as_large(lines[end], first) and not lines[end].new_page and not lines[end].gap:
        end += 1
    text = " ".join(line.text for line in lines[at:end])
    larger = first.size is not None and first.size >= _LARGER * usual_size
    if end - at > _CAPITAL_LINES or len(text.split()) > (30 if larger else 16) or text[-1] in ",;":
        return None
    if not _wordy(text) or (not larger and text[-1] in ".:"):
        return None
    numbered = _NUMBERED.match(text)
    return Heading(Level.NUMBERED + _depth(numbered) if numbered else Level.PLAIN, end - at)


def _wordy(text: str) -> bool:
    """Mostly letters: no row of figures, no ruled line."""
    letters = sum(1 for letter in text if letter.isalpha())
    return letters >= 3 and letters * 2 >= sum(1 for letter in text if not letter.isspace())


def _as_large(line: Line, first: Line) -> bool:
    return (
        line.size is not None
        and first.size is not None
        and abs(line.size - first.size) < 0.3
        and line.bold == first.bold
    )


def all_capitals(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= 6 and text.isupper() and max(map(len, text.split())) >= 4


def _capitals(lines: Sequence[Line], at: int) -> Heading | None:
    if not all_capitals(lines[at].text) or lines[at].text.startswith(BULLET):
        return None
    end = at + 1
    while end < len(lines) and end - at < _CAPITAL_LINES and _continues(lines, end) and all_capitals(lines[end].text):
        end += 1
    return Heading(Level.CAPITALS, end - at) if end < len(lines) else None


def _labelled(lines: Sequence[Line], at: int) -> Heading | None:
    """A label in capitals and a sentence, with its own text below: PRINCIPLE TWO: Local authorities must be required
    ..."""
    if not _LABEL.match(lines[at].text):
        return None
    end = at + 1
    while end < len(lines) and end - at < _CAPITAL_LINES and _continues(lines, end):
        end += 1
    return Heading(Level.LABELLED, end - at) if end < len(lines) and lines[end - 1].text.endswith(".") else None


def _continues(lines: Sequence[Line], at: int) -> bool:
    """The line goes on with the heading above it."""
    line = lines[at]
    return not (line.gap or line.new_page or line.text.startswith(BULLET) or lines[at - 1].text.endswith("."))


def _numbered(lines: Sequence[Line], at: int) -> Heading | None:
    found = _NUMBERED.match(lines[at].text)
    if found is None or not (_stands_alone(lines, at) and _short(lines[at].text)) or _DATE.fullmatch(lines[at].text):
        return None
    after = _NUMBERED.match(lines[at + 1].text)
    if after is not None and _depth(after) == _depth(found):
        return None  # the next item of a list
    return Heading(Level.NUMBERED + _depth(found), 1)


def _depth(found: re.Match[str]) -> int:
    return found.group(1).count(".") if found.group(1) else 0


def _plain(lines: Sequence[Line], at: int, column_width: float) -> Heading | None:
    text = lines[at].text
    shaped = text[0].isupper() or (text[0].isdigit() and re.match(r"\d+ [a-z]", text))
    if not shaped or not _short(text) or _DATE.fullmatch(text) or _NOT_A_TITLE.search(text):
        return None
    if not _stands_alone(lines, at) or width(text) > 0.85 * column_width:
        return None
    return None if _tail_of_a_list(lines, at) else Heading(Level.PLAIN, 1)


def _short(text: str) -> bool:
    limit = _WORDS - 2 if text.endswith("?") else _WORDS
    return len(text.split()) <= limit and len(text) <= 80 and not _CLOSED.search(text) and _wordy(text)


def _stands_alone(lines: Sequence[Line], at: int) -> bool:
    """Above it a blank line or a page break, below it a blank line, or the list or text that fills the page it
    opens."""
    if at + 1 >= len(lines) or not (at == 0 or lines[at].gap or lines[at].new_page):
        return False
    below = lines[at + 1]
    if lines[at].left is not None and not below.gap:  # placed lines: text that fills its column stands right below
        return not below.new_page and width(below.text) > 1.6 * width(lines[at].text) and below.text[0].isupper()
    return not below.new_page and (below.gap or (lines[at].new_page and below.text.startswith(BULLET)))


def _tail_of_a_list(lines: Sequence[Line], at: int) -> bool:
    """A page may begin with the end of a list item that began on a page which is not in the file. It looks like a
    heading over a list, but the list is one of bare names, and names need no heading word before them."""
    if at + 1 >= len(lines) or not lines[at].new_page or not lines[at + 1].text.startswith(BULLET):
        return False
    if lines[at + 1].gap or lines[at + 1].new_page:
        return False
    items = _items_below(lines, at + 1)
    return not any(re.search(r"[.;:?!]$", item) for item in items)


def _items_below(lines: Sequence[Line], at: int) -> list[str]:
    """The last lines of the items of the list at `at`, on its page."""
    last: list[str] = []
    for line in lines[at:]:
        if line.new_page or (line.gap and line.text[0].isupper()):
            break
        if line.text.startswith(BULLET):
            last.append(line.text)
        last[-1] = line.text
    return last


def tail_without_head(lines: Sequence[Line], at: int) -> bool:
    """True where the heading that stands above is not the heading of what begins here."""
    return at > 0 and _tail_of_a_list(lines, at)
