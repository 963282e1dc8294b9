"""Where a paragraph or list item of printed lines ends.

Blank lines end one; where there are none, the line itself tells: it stops although the next word would have fitted, it
closes a sentence, and the next line opens one. A page break or a blank line inside a sentence ends nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.hyphens import run_on
from ingest.lines import Line
from ingest.measure import width, word_fits
from ingest.prose import Prose, join

CLOSES = re.compile(r"[.?!:…][’”'\")\]]*$")
_OPENS = re.compile(r"[‘“\"'(\[]?[A-ZÀ-ÞŒ\d£$€]")
_DOUBT = 0.03  # of the column: what the measure may be wrong by
_MARK = 0.7  # letter sizes: two small digits
_FULL = 0.7  # of the column: a line shorter than this was ended on purpose


def run_together(lines: Sequence[Line], known: Counter[str]) -> Prose:
    """All lines as one paragraph. Where two lines meet without a space there is a cut: the source has a line end there, so
    words quoted across it would not be found in it as they stand."""
    parts: list[Prose] = []
    meet = False
    for line, following in zip(lines, lines[1:], strict=False):
        prose, between = run_on(line.prose, following.prose, known, line.glued)
        parts += [prose.cut_before() if meet else prose, Prose(between)]
        meet = not between
    return join([*parts, *(line.prose.cut_before() if meet else line.prose for line in lines[-1:])])


def ends(line: Line, following: Line, column_width: float, slack: float = 0.0) -> bool:
    """True when a paragraph ends between the two. `slack`: how much of the column must have been left, beyond the
    word."""
    if following.new_page:
        return not _goes_on_over_page(line, following, column_width)
    if following.gap:
        return not (_unfinished(line, following) and width(line.text) >= _FULL * column_width)
    closed = CLOSES.search(line.text) is not None and _OPENS.match(following.text) is not None
    if closed and _stepped(line, following, inside_item=slack > 0):
        return True
    marks = sum(1 for cut in line.prose.cuts if cut)  # footnote marks that stood in the line took up room
    return closed and word_fits(line.text, following.text, column_width - marks * _MARK, max(slack, _DOUBT))


def _stepped(line: Line, following: Line, inside_item: bool) -> bool:
    """The following line is set in, as the first of a paragraph is, or set out, as what follows a list item is."""
    if line.left is None or following.left is None or not line.size:
        return False
    step = (line.left - following.left if inside_item else following.left - line.left) / line.size
    return 0.7 < step < 6


def _goes_on_over_page(line: Line, following: Line, column_width: float) -> bool:
    if CLOSES.search(line.text):
        return width(line.text) >= 0.85 * column_width and _OPENS.match(following.text) is not None
    return following.text[0].islower() or width(line.text) >= _FULL * column_width


def _unfinished(line: Line, following: Line) -> bool:
    return not CLOSES.search(line.text) and following.text[0].islower()
