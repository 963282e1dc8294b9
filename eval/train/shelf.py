"""The documents of a folder as they are searched: split into passages, in the form in which they are embedded."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from index.build import embedded_text
from index.model import Passage
from index.settings import SplitSettings
from index.split import passages_of
from ingest import load_catalogue, read_file, scan


def shelf_of(corpus: Path, sources: Collection[str] = ()) -> list[tuple[Passage, str]]:
    """Each passage with what the model sees of it; of these sources alone, if any are given."""
    catalogue = load_catalogue(corpus)
    documents = [read_file(found, catalogue) for found in scan(corpus, catalogue).found]
    split = [(document, passage) for document in documents for passage in passages_of(document, SplitSettings())]
    return [(p, embedded_text(document, p)) for document, p in split if not sources or p.source_id in sources]
