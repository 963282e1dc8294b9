"""Whether the text of a section is the source's own.

It may differ from the source in whitespace, in hyphens at line ends, in the characters of `characters.TABLE` and in what
was left out at a cut; in nothing else. So every piece between two cuts stands in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ingest.characters import bare
from ingest.model import Section

_OUR_NUMBER = re.compile(r"\s*\d{1,3}\.\s*")  # the number that we put in front of a note, from its mark


def stands_in(piece: str, source: str) -> bool:
    """True when the piece is a stretch of the source. `source` is the whole text of the file, as it was decoded."""
    return bare(piece) in _bare(source)


def pieces(section: Section) -> Iterator[str]:
    """The stretches of a section between its cuts. The numbers of notes, which the source has elsewhere, are left out."""
    edges = (0, *section.cuts, len(section.text))
    for start, end in zip(edges, edges[1:], strict=False):
        piece = section.text[start:end]
        if piece.strip() and not (section.kind == "notes" and _OUR_NUMBER.fullmatch(piece)):
            yield piece


@lru_cache(maxsize=8)
def _bare(source: str) -> str:
    return bare(source)
