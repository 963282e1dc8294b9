"""How wide a line is printed, and whether the next word would have fitted: the trace that a paragraph's end leaves.

A line is broken either because the next word did not fit or because the paragraph ended. The width of the letters is
that of a common proportional face; the real one differs, but only the comparison of lines of one column matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingest.lines import Line

_WIDTHS = {
    **dict.fromkeys("iljI'|.,:;!‘’", 0.26),
    **dict.fromkeys(" ftr()[]/-", 0.31),
    **dict.fromkeys("ckszxvyJ", 0.5),
    **dict.fromkeys("mMW—…@%", 0.86),
    **dict.fromkeys("wABCDEGHKNOPQRSUVXYZ&", 0.7),
}
_ORDINARY = 0.555
_NEAR = 0.85


def width(text: str) -> float:
    """The printed width, in units of the letter size."""
    return sum(_WIDTHS.get(letter, _ORDINARY) for letter in text)


def column(lines: Sequence[Line]) -> float:
    """The width of the column the lines were set in: that of the widest, but not of those that few others come near.
    Such lines are two in one (the hyphen between them was lost) or web addresses that could not be broken."""
    wide = sorted((width(line.text) for line in lines), reverse=True)
    company = max(1, len(wide) // 5)
    backed = (first for first, other in zip(wide, wide[company:], strict=False) if other >= _NEAR * first)
    return next(backed, wide[0] if wide else 0.0)


def word_fits(line: str, following: str, column_width: float, slack: float = 0.0) -> bool:
    """True when the first word of the following line would have fitted on this one, with `slack` of the column to
    spare."""
    word = following.split(" ", 1)[0]
    return width(line) + width(" ") + width(word) <= column_width * (1 - slack)


def usual_size(lines: Sequence[Line]) -> float:
    """The size in which most letters are set; 0 if the format does not tell sizes."""
    sizes: Counter[float] = Counter()
    for line in lines:
        if line.size is not None:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0
