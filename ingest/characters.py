"""The one table of characters that are changed on the way in, and nothing else that changes any.

What is changed, and why it may be: the change can be seen by no reader of the page.

- every kind of space (no-break, hair, thin, ideographic, tab) becomes a plain space; every line separator a newline;
- zero-width, direction and control characters and the soft hyphen go: they print nothing, and hidden text is a
  way to smuggle instructions (tag characters U+E0000-E007F, variation selectors) past the person who reads the page;
- the ligatures U+FB00-FB06 become their letters, as everybody who searches types them;
- a mark that stands for a bullet at the start of a line becomes "•"; the debris around it (U+FFFD, private use) goes.

Quotation marks, dashes, accents, superscripts and everything else stay as they are: they are the author's.
"""

from __future__ import annotations

import re

BULLET = "• "

_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BREAKS = "\x0b\x85\u2028\u2029"
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_UNSEEN = (
    *(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0B)),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, 0xFFA0),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *(0xFEFF, *range(0xFFF0, 0xFFFC), 0xFFFE, 0xFFFF),
    *range(0xD800, 0xE000),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
)
TABLE: dict[int, str] = {
    **dict.fromkeys(_UNSEEN, ""),
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _BREAKS), "\n"),
    **_LIGATURES,
}

# Marks that are bullets wherever they begin a line, and what fonts without a Unicode table leave in a bullet's place. A
# dash or an asterisk may also begin a wrapped line, so those are decided where the lines around are seen.
_MARKS = "•‣▪▫■□●○◦◆◇➢➤►▶✓✔❖⁃∙"
_DEBRIS = "\ufffd\ue000-\uf8ff"
_BULLET = re.compile(rf"[{_DEBRIS} ]*[{_MARKS}][{_DEBRIS}{_MARKS} ]*|[{_DEBRIS}]+ +(?=\S)")


LEADERS = re.compile(
    r"(?:\. ?){4,}|(?:… ?){2,}|_{4,}"
)  # the dots of a table of contents, which lead the eye and say nothing


def clean(text: str) -> str:
    """`text` with the table applied. Line feeds stay, carriage returns go, the form feed must be dealt with before."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(TABLE)


def clean_line(line: str) -> str:
    """One line: the table applied, whitespace collapsed, its bullet made plain."""
    text = " ".join(clean(line).split())
    found = _BULLET.match(text)
    return BULLET + text[found.end() :].strip() if found else text


def bare(text: str) -> str:
    """What two texts must share to be the same words: no whitespace, hyphens, bullets, leaders, or lines between cells."""
    return re.sub(rf"[\s\-{_MARKS}{_DEBRIS}·*–|]+", "", LEADERS.sub("", clean(text)))
