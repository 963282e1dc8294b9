"""What a format reader makes of one file's bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.blocks import Block
from ingest.model import ReadWarning


@dataclass(frozen=True, slots=True)
class Content:
    """The blocks in reading order, and what the file says about itself (empty when it says nothing one can rely on)."""

    blocks: tuple[Block, ...]
    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: str = ""
    warnings: tuple[ReadWarning, ...] = field(default=())
