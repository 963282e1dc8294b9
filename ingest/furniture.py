"""What is printed around the text and is no part of it: running heads and feet, page numbers, a web page's closing
form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.lines import Line

_EDGE = 3  # lines at the top and at the foot of a page among which a running head is looked for
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
    """For each page the indexes of its running heads and feet: lines near its top or foot that, digits aside, stand
    there on at least half of the pages (or of the left-hand or right-hand pages), and page numbers at the very edge."""
    seen = Counter(key for page in pages for key in {_key(page[n].text) for n in _edges(page)})
    enough = max(3, len(pages) // 4 if len(pages) >= 12 else (len(pages) + 1) // 2)
    return [_heads_of(page, {key for key, times in seen.items() if times >= enough}) for page in pages]


def _heads_of(page: Sequence[Line], repeated: set[str]) -> set[int]:
    found = {n for n in _edges(page) if _key(page[n].text) in repeated or spaced_out(page[n].text)}
    left = [n for n in range(len(page)) if n not in found]
    return found | {n for n in (*left[:1], *left[-1:]) if page_number(page[n].text)}


def _edges(page: Sequence[Line]) -> list[int]:
    return sorted({*range(min(_EDGE, len(page))), *range(max(0, len(page) - _EDGE), len(page))})


def _key(text: str) -> str:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", text.casefold())
