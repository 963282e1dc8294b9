"""The texts of the source files, to check that quoted words stand in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from assistant.notices import NoticeRule, read_notices
from eval.words import collapse
from ingest import Catalogue, FoundFile, UnreadableFile, load_catalogue, read_file, scan
from ingest.encodings import decode
from ingest.kinds import TEXT

_NO_WIDTH = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")  # reading takes them out, and nobody can see them


@dataclass(frozen=True, slots=True)
class Sources:
    """Source id -> the whole text of its file, whitespace collapsed; and what is known to be out of date in them."""

    texts: dict[str, str]
    notices: tuple[NoticeRule, ...] = ()

    def holds(self, source_id: str, quote: str) -> bool | None:
        """Do these exact words stand in the source? Only whitespace and what has no width may differ. None when there is no such
        source."""
        text = self.texts.get(source_id)
        return None if text is None else _seen(quote) in text


def read_sources(corpus: Path) -> Sources:
    """A plain text file is taken byte for byte, so that what reading it changed shows; any other kind, whose words only
    a reader of its format can tell, as `ingest` reads it. Raises IngestError when the folder cannot be used."""
    catalogue = load_catalogue(corpus)
    texts = {file.source_id: _text(file, catalogue) for file in scan(corpus, catalogue).found}
    whole = {source_id: _seen(text) for source_id, text in texts.items() if text is not None}
    return Sources(whole, read_notices(corpus / "notices.toml"))


def _seen(text: str) -> str:
    return collapse(_NO_WIDTH.sub("", text))


def _text(file: FoundFile, catalogue: Catalogue) -> str | None:
    """None for a file that gives no text: it is not searched either."""
    if file.media_type == TEXT:
        return decode(file.absolute.read_bytes())
    try:
        return "\n".join(section.text for section in read_file(file, catalogue).sections)
    except UnreadableFile:
        return None
