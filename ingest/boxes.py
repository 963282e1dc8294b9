"""Case-study boxes: which lines are the label, the title and the text.

When a page with a box is turned into text, the label may come out before, behind or in the middle of the box's text.
What holds the box together is that it is set narrower than the text around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.lines import Line, stretches
from ingest.measure import column

_LABEL = re.compile(
    r"(?:(?:good )?practice example|case (?:study|example)|box|spotlight)(?: [\dA-Z]{1,3})?", re.IGNORECASE
)
_NARROW = 0.88  # of the column of the text around


@dataclass(frozen=True, slots=True)
class Box:
    """Line indexes: the box takes up `start:end`; label and title are the lines `label` and `label + 1`."""

    start: int
    label: int
    end: int


def find_boxes(lines: Sequence[Line]) -> list[Box]:
    groups = stretches(lines)
    starts = [0]
    for group in groups:
        starts.append(starts[-1] + len(group))
    body = body_column(groups)
    return [
        _box(groups, starts, number, body)
        for number, group in enumerate(groups[:-1])
        if len(group) == 1 and _LABEL.fullmatch(group[0].text) and not groups[number + 1][0].new_page
    ]


def body_column(groups: Sequence[Sequence[Line]]) -> float:
    """The column that most of the text is set in: of all words, three quarters stand in columns no wider."""
    sizes = sorted((column(group), sum(len(line.text) for line in group)) for group in groups if len(group) > 2)
    total, seen = sum(size for _, size in sizes), 0
    for wide, size in sizes:
        seen += size
        if seen * 4 >= total * 3:
            return wide
    return 0.0


def _box(groups: Sequence[Sequence[Line]], starts: Sequence[int], label: int, body: float) -> Box:
    first, last = label, label + 1
    if first and not groups[label][0].new_page and _narrow(groups[label - 1], body):
        first -= 1
    title_alone = len(groups[last]) == 1
    while last + 1 < len(groups) and not groups[last + 1][0].new_page and _narrow(groups[last + 1], body):
        last += 1
    if title_alone and first == label and last == label + 1 and last + 1 < len(groups):
        last += 1  # set as wide as the text around: then a box is one block
    return Box(starts[first], starts[label], starts[last + 1])


def _narrow(group: Sequence[Line], body: float) -> bool:
    return len(group) > 1 and column(group) < _NARROW * body
