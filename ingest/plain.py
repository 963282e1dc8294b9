"""A plain text file -> blocks."""

from __future__ import annotations

from ingest.content import Content
from ingest.layout import blocks_of
from ingest.lines import lines_of
from ingest.markup import title_of


def read_plain(text: str) -> Content:
    blocks = blocks_of(lines_of(text))
    return Content(tuple(blocks), title_of(blocks))
