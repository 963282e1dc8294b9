"""Footnote marks in a line of text: numbers glued to the word or the full stop before them, or set raised.

Marks rise by one through a document (or begin again at 1, where they are raised and so cannot be mistaken). A number that
is not the next mark is content.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from ingest.lines import RAISED, Line

_GLUED = re.compile(
    r"""(?: (?<=[a-zà-ÿ]{2}) | (?<=[A-Z]{4})          # a word, or
          | (?<=[^\d\s][.,;:?!’”'")\]])                 # what closes a sentence, but no decimal point,
          | (?<=\b(?:19|20)\d\d[.,;:?!’”'")\]]) )        # unless a year stands before it
        (?<!\.\.)                                      # nor the dots of a table of contents
        (\d{1,3}) (?= [\s.,;:?!’”'")\]—] | $ )""",
    re.VERBOSE,
)
_APART = re.compile(r"(?<=[.?!’”'\")\]]) (\d{1,3})$")
_SECOND = re.compile(r"(?:,| |, )(\d{1,3})(?= |$)")
_RAISED = re.compile(rf" ?{RAISED} ?(\d{{1,3}})(?!\d)")
_ABBREVIATED = re.compile(
    r"(?:\b(?:pp?|no|nos|vol|ch|s|ss|art|fig|para|paras|c|v|col)\.|\b(?:pp?|no|vol|ch)\. ?)$", re.IGNORECASE
)
_UNIT = re.compile(r"(?:(?:^|[\s\d])(?:[ckm]?m|ft|in|x|10)|\bCO)$")  # m², 10³, CO₂: raised or lowered, but no mark
_LEAP = 3  # marks may be missing from the text (in a picture, in a table); more than this many are not


def marked_numbers(lines: Sequence[Line]) -> dict[int, list[int]]:
    """Every number that could be a mark, with the indexes of its lines."""
    found: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        for mark in _candidates(line.text):
            found[int(mark.group(1))].append(index)
    return found


def _candidates(text: str) -> Iterator[re.Match[str]]:
    for pattern in (_GLUED, _APART, _RAISED):
        yield from pattern.finditer(text)


def next_mark(text: str, start: int, last: int, highest: int) -> re.Match[str] | None:
    """The mark at or behind `start` that follows `last` in the sequence. Beyond `highest`, the last number that is known
    to have a note, only raised numbers are believed."""
    for found in _RAISED.finditer(text, start):
        if int(found.group(1)) in (last + 1, 1) and not _UNIT.search(text[max(0, found.start() - 8) : found.start()]):
            return found
    after_mark = _SECOND.match(text, start) if start else None
    for found in chain([after_mark] if after_mark else [], _GLUED.finditer(text, start), _APART.finditer(text, start)):
        before = text[max(0, found.start() - 8) : found.start()]
        if last < int(found.group(1)) <= min(last + _LEAP, highest) and not _ABBREVIATED.search(before):
            return found
    return None
