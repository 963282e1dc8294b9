"""A PDF file -> blocks: its pages are read in a child, and put together here."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.content import Content
from ingest.errors import UnreadableFile
from ingest.furniture import running_heads
from ingest.isolation import ChildFailed, messages, task_for
from ingest.kinds import PDF
from ingest.layout import blocks_of
from ingest.lines import Line, leave_out, page_lines
from ingest.markup import title_of, titled
from ingest.model import ReadWarning
from ingest.placed import lines_of_rows, rows_of
from ingest.settings import IngestSettings
from ingest.titles import believable

_CHILDREN = 8  # that one file may use up
_ENGINES = ("both", "pypdf", "pypdfium2")
_PICTURES = "Run text recognition (OCR) on it and put the result in the folder."


@dataclass(slots=True)
class _Read:
    """What has come back from the children."""

    count: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    pages: dict[int, list[Line]] = field(default_factory=dict)
    warnings: list[ReadWarning] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)

    def take(self, message: dict[str, Any]) -> None:
        if "pages" in message:
            self.count, self.facts = message["pages"], self.facts or message["facts"]
        if "page" not in message:
            return
        number, label = message["page"], message["label"] or None
        if "failed" in message:
            self.warnings.append(ReadWarning(f"page {number} cannot be read ({message['failed']})", number))
        if message.get("pictures"):
            self.pictures.append(number)
        self.pages[number] = (
            lines_of_rows(rows_of(message["lines"]), number, label)
            if "lines" in message
            else page_lines(message.get("text", ""), number, label)
        )


def read_pdf(file: Path, settings: IngestSettings) -> Content:
    read = _Read()
    failure = _all_pages(read, file, settings)
    if not any(read.pages.values()):
        raise _without_text(read, failure)
    _warn(read, failure, settings)
    pages = [read.pages[number] for number in sorted(read.pages)]
    lines = [line for page, heads in zip(pages, running_heads(pages), strict=True) for line in leave_out(page, heads)]
    blocks = titled(blocks_of(lines))
    author = believable(read.facts.get("author", ""))
    title = believable(read.facts.get("title", "")) or title_of(blocks)
    return Content(tuple(blocks), title, (author,) if author else (), warnings=tuple(read.warnings))


def _all_pages(read: _Read, file: Path, settings: IngestSettings) -> str:
    """Read the pages; why the last of them could not be, or nothing. A page on which a child broke down is tried with
    each engine alone, and given up if they break down on it too."""
    until = time.monotonic() + settings.wall_seconds
    engines = deque(_ENGINES)
    failure = ""
    for _ in range(_CHILDREN):
        before = len(read.pages)
        failure = _pages(read, file, settings, before + 1, engines[0], until - time.monotonic())
        if not failure or time.monotonic() >= until:
            break
        if len(read.pages) > before:
            engines = deque(_ENGINES)  # it got further, and breaks down on another page
        engines.popleft()
        if not engines:
            if not read.count:
                break
            stuck = len(read.pages) + 1
            read.pages[stuck] = []
            read.warnings.append(ReadWarning(f"page {stuck} cannot be read ({failure})", stuck))
            engines = deque(_ENGINES)
    return failure


def _pages(read: _Read, file: Path, settings: IngestSettings, first: int, engine: str, seconds: float) -> str:
    """Read the pages from `first` on; why it ended early, or nothing."""
    try:
        for message in messages(task_for(PDF, settings, first, engine), file, settings, seconds):
            read.take(message)
    except ChildFailed as failed:
        return str(failed)
    return ""


def _without_text(read: _Read, failure: str) -> UnreadableFile:
    if failure:
        return UnreadableFile(failure, "Open it in a PDF reader and save or print it as a new PDF.")
    if read.pictures:
        return UnreadableFile("its pages are pictures of text", _PICTURES)
    if read.warnings:
        return UnreadableFile(f"none of its pages can be read: {read.warnings[0].text}", "Save it as a new PDF.")
    return UnreadableFile("it has no text", f"If it shows text, that text is a picture. {_PICTURES}")


def _warn(read: _Read, failure: str, settings: IngestSettings) -> None:
    if read.pictures:
        which = ", ".join(map(str, read.pictures[:20])) + (" and more" if len(read.pictures) > 20 else "")
        read.warnings.append(ReadWarning(f"no text on {_pages_word(read.pictures)} {which}: only pictures"))
    last = max(read.pages)
    if last < read.count:
        why = failure or f"max_pages is {settings.max_pages}"
        read.warnings.append(ReadWarning(f"the pages from {last + 1} to {read.count} were not read: {why}", last + 1))


def _pages_word(pages: list[int]) -> str:
    return "page" if len(pages) == 1 else "pages"
