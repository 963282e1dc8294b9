"""What comes out of a file: a Document of Sections, each a stretch of clean text that knows where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

SectionKind = Literal["text", "case_study", "table", "notes"]


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a stretch of text stands. `page_index` counts the pages of the file from 1; `page_label` is the number
    printed on the page. Both are None when unknown: a page number is never guessed."""

    page_index: int | None = None
    page_label: str | None = None
    heading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageStart:
    """A page begins at `offset` of a section's text. `index` and `label` as in Locator, None when not to be trusted."""

    offset: int
    index: int | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One headed block, or one run of pages under a heading.

    `text` holds paragraphs separated by a blank line; inside a list each item is a line of its own that begins with
    "• " or with its number ("1. ", "a) "); a table is one block of lines with " | " between cells. Sentences are whole
    even where the source breaks them over pages. The heading itself is in `where.heading`; it is in the text too if it is a
    sentence that can be quoted ("PRINCIPLE ONE: The government must ...") or opens a paragraph ("1. Start small. Then ...").
    `cuts` are the offsets in `text` at which something of the source that is not whitespace was left out (a footnote
    mark, a running head), or at which a word is broken over two lines: across a cut the source does not read as `text` does.
    """

    source_id: str
    ordinal: int
    where: Locator
    text: str
    kind: SectionKind = "text"
    cuts: tuple[int, ...] = ()
    page_starts: tuple[PageStart, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document. Empty means unknown, and is shown as unknown.

    `aliases` are other names that people use for the document or for those who speak in it. `published` is "YYYY" or
    "YYYY-MM". `project` is shared by documents that tell of one piece of work and so count as
    one voice. `comparison_places` are places elsewhere that it only compares with. `examples` are questions that the
    document answers, to begin with. `origins` says for each field that
    is known where it comes from: "catalogue", "file", or "file name".
    """

    title: str
    short_title: str = ""
    aliases: tuple[str, ...] = ()
    publisher: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    kind: str = ""
    nations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    standing: str = ""
    project: str = ""
    superseded_by: str = ""
    examples: tuple[str, ...] = ()
    comparison_places: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()

    @property
    def year(self) -> int | None:
        """The year of publication; None when unknown."""
        found = re.match(r"\d{4}", self.published)
        return int(found.group()) if found else None

    @property
    def name(self) -> str:
        """The short title, or the title where there is none."""
        return self.short_title or self.title


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something in a file that could not be read; the rest of the file was. `page_index` counts from 1, None for the
    whole."""

    text: str
    page_index: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read. `sha256` is of the file's bytes; `path` is relative to its corpus folder, with forward
    slashes."""

    source_id: str
    metadata: Metadata
    sha256: str
    sections: tuple[Section, ...]
    path: str = ""
    media_type: str = "text/plain"
    warnings: tuple[ReadWarning, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not read, the reason in plain English, and what its owner can do."""

    path: str
    reason: str
    advice: str = ""
