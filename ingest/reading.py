"""One found file -> one Document."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import PurePosixPath

from ingest.catalogue import Catalogue, Entry
from ingest.characters import clean
from ingest.content import Content
from ingest.encodings import decode
from ingest.errors import UnreadableFile
from ingest.isolation import ChildFailed, messages, task_for
from ingest.kinds import MARKDOWN, PDF, TEXT
from ingest.markdown import read_markdown
from ingest.model import Document, Metadata
from ingest.pdf import read_pdf
from ingest.plain import read_plain
from ingest.sections import sections_of
from ingest.settings import IngestSettings
from ingest.shelf import FoundFile, open_regular
from ingest.wire import from_wire

READING = "2"  # goes up when the same file would give other sections than before, so that an index can tell

_IN_PROCESS = {TEXT: read_plain, MARKDOWN: read_markdown}


def read_file(found: FoundFile, catalogue: Catalogue | None = None, settings: IngestSettings | None = None) -> Document:
    """The document in a file; UnreadableFile with reason and advice if it gives no text."""
    settings = settings or IngestSettings()
    data = _bytes_of(found, settings)
    content = _content(found, data, settings)
    entry = catalogue.entry(found.path) if catalogue is not None else None
    metadata = metadata_of(found.path, entry, content)
    source_id = (entry.id if entry is not None else "") or found.source_id
    sections = sections_of(source_id, content.blocks, metadata.title)
    if not sections:
        raise UnreadableFile(
            "it has no text", "If it shows text, that text is a picture: run text recognition (OCR) on it."
        )
    digest = hashlib.sha256(data).hexdigest()
    return Document(source_id, metadata, digest, sections, found.path, found.media_type, content.warnings)


def _bytes_of(found: FoundFile, settings: IngestSettings) -> bytes:
    with open(open_regular(found.absolute), "rb") as file:
        data = file.read(settings.max_file_mb * 1_000_000 + 1)
    if len(data) > settings.max_file_mb * 1_000_000:
        raise UnreadableFile(
            f"it is larger than the limit of {settings.max_file_mb} MB",
            "Split it, or raise ingest.max_file_mb in the settings.",
        )
    return data


def _content(found: FoundFile, data: bytes, settings: IngestSettings) -> Content:
    if found.media_type == PDF:
        return read_pdf(found.absolute, settings)
    reader = _IN_PROCESS.get(found.media_type)
    if reader is None:
        return _in_child(found, settings)
    if len(data) > settings.max_text_mb * 1_000_000:
        raise UnreadableFile(
            f"it holds more than {settings.max_text_mb} MB of text",
            "Split it, or raise ingest.max_text_mb in the settings.",
        )
    return reader(decode(data))


def _in_child(found: FoundFile, settings: IngestSettings) -> Content:
    try:
        said = list(messages(task_for(found.media_type, settings), found.absolute, settings))
    except ChildFailed as failed:
        raise UnreadableFile(str(failed), "Save it as plain text or PDF and put that in the folder.") from failed
    return from_wire(said[0]["content"])


def metadata_of(path: str, entry: Entry | None, content: Content) -> Metadata:
    """What the catalogue says, else what the file says of itself, else its name for a title and nothing for the
    rest."""
    known: dict[str, object] = {"title": PurePosixPath(path).stem}
    origins = {"title": "file name"}
    for name in ("title", "authors", "publisher", "published"):
        if value := getattr(content, name):
            known[name], origins[name] = value, "file"
    for field in fields(Metadata):
        if entry is not None and (value := getattr(entry, field.name, None)):
            known[field.name], origins[field.name] = value, "catalogue"
    seen = {name: _seen(value) for name, value in known.items()}
    return Metadata(**seen, origins=tuple(sorted(origins.items())))  # type: ignore[arg-type]


def _seen(value: object) -> object:
    """Text on one line and nothing in it that prints nothing: a name is shown where a text is, and may hide as much."""
    if isinstance(value, tuple):
        return tuple(map(_seen, value))
    return " ".join(clean(value).split()) if isinstance(value, str) else value
