"""What is printed around the text and is no part of it: running heads and feet, page numbers, a web page's closing
form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import takewhile
from math import inf
from statistics import median

from ingest.lines import Line
from ingest.measure import column, usual_size, width

_EDGE = 3  # lines at the top and at the foot of a page among which a running head is looked for
_MANY = 6  # pages: on so many, text does not repeat by chance
_FULL = 0.85  # of the column: a line as wide is text
_WEB_FOOTER = re.compile(
    r"(leave a (reply|comment)|your email address will not be published.*|required fields are marked.*|"
    r"(sign up|subscribe) (to|for) (our|the) .{0,30}newsletters?.{0,20}|skip to (main )?content|back to top|"
    r"share this( page| article| post)?:?|(accept|manage) (all )?cookies)[ .*]*",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"(page )?[\divxlc]{1,4}( ?(of|/) ?\d{1,4})?|[-–|] ?\d{1,4} ?[-–|]", re.IGNORECASE)


def spaced_out(text: str) -> bool:
    """I N T E R I M   R E P O R T: letter-spaced capitals, the way running heads come out of a PDF."""
    words = text.split()
    short = sum(1 for word in words if len(word) <= 2)
    return len(words) >= 6 and short >= 0.75 * len(words) and text.isupper()


def ruled(text: str) -> bool:
    """A line drawn with characters: nothing in it can be read."""
    return not any(map(str.isalnum, text))


def web_footer(text: str) -> bool:
    """A line of the form or the sign-up box below an article."""
    return _WEB_FOOTER.fullmatch(text) is not None


def page_number(text: str) -> bool:
    """A line that holds a page number and nothing else. Only its place tells it from a figure in a table."""
    return _PAGE_NUMBER.fullmatch(text) is not None


def loose_furniture(lines: Sequence[Line]) -> set[int]:
    """Indexes of the lines that are furniture by their looks. Page numbers are not: see `footnotes`."""
    edge = {*range(5), *range(len(lines) - 8, len(lines))}
    footers = {n for n, line in enumerate(lines) if n in edge and web_footer(line.text)}
    return footers | {n for n, line in enumerate(lines) if spaced_out(line.text) or ruled(line.text)}


def running_heads(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """For each page the indexes of its running heads and feet: lines at its very top or foot that, digits aside, stand
    there on at least half of the pages (or of the left-hand or right-hand pages), or in small letters at the very same
    place on three; and page numbers at the very edge."""
    full = _FULL * median(column(page) for page in pages) if 0 < len(pages) < _MANY else inf
    edges = [_edges(page, full) for page in pages]
    repeated = _repeated([[page[n] for run in edge for n in run] for page, edge in zip(pages, edges, strict=True)])
    return [_heads_of(page, edge, repeated) for page, edge in zip(pages, edges, strict=True)]


def _edges(page: Sequence[Line], full: float) -> tuple[list[int], list[int]]:
    """The first lines from the top down and the last from the foot up, by their place where it is known. In a short
    document lines that fill the column are text: they must not go because another page happens to have the same."""
    order = sorted(range(len(page)), key=lambda n: (-(page[n].base or 0.0), n))
    short = {n for n in order if len(page) < 3 or width(page[n].text) < full}
    return [n for n in order[:_EDGE] if n in short], [n for n in order[: -_EDGE - 1 : -1] if n in short]


def _repeated(edges: Sequence[Sequence[Line]]) -> set[Hashable]:
    keys = [{_key(line) for line in lines} for lines in edges]
    few = len(edges) // 4 if len(edges) >= 12 else (len(edges) + 1) // 2  # in a long report each part may have its own
    repeated = _on_at_least(max(3, few), keys)
    for side in (keys[::2], keys[1::2]):
        repeated |= _on_at_least(max(2, (len(side) + 1) // 2), side)
    usual = usual_size([line for lines in edges for line in lines])
    places = [{_place(line) for line in lines if line.size and line.size <= 1.05 * usual} for lines in edges]
    return repeated | _on_at_least(3, places)


def _on_at_least(times: int, keys: Sequence[set[Hashable]]) -> set[Hashable]:
    seen = Counter(key for page in keys for key in page)
    return {key for key, count in seen.items() if count >= times}


def _heads_of(page: Sequence[Line], edges: tuple[list[int], list[int]], repeated: set[Hashable]) -> set[int]:
    found: set[int] = set()
    for run in edges:
        found |= {*takewhile(lambda n: _is_head(page[n], repeated), run)}
        rest = [n for n in run if n not in found]
        found |= {n for n in rest[:1] if page_number(page[n].text)}
    return found


def _is_head(line: Line, repeated: set[Hashable]) -> bool:
    return _key(line) in repeated or _place(line) in repeated or spaced_out(line.text)


def _key(line: Line) -> Hashable:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text.casefold())


def _place(line: Line) -> Hashable:
    return (_key(line), round(line.base or 0.0), line.size, line.bold)
