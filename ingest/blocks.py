"""What every format reader gives: the blocks of a document in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.prose import Prose

BlockKind = Literal["heading", "text", "item", "table", "note", "box", "adrift"]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of a `level`; a paragraph; one list item with its bullet or number; a table of lines; a note, which
    stands right behind the block that refers to it; a box, whose heading, text and notes are `inside`.

    "adrift" is a paragraph that does not belong under the heading above it, and whose own heading is not in the file.
    """

    kind: BlockKind
    prose: Prose
    level: int = 0
    inside: tuple[Block, ...] = ()
