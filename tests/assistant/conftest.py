"""What can be known of the five documents without an index: their catalogue and their words."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.words import stem, words
from ingest import load_catalogue, read_file, scan
from ingest.model import Document, Metadata

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture(scope="session")
def documents() -> dict[str, Document]:
    catalogue = load_catalogue(CORPUS)
    return {found.source_id: read_file(found, catalogue) for found in scan(CORPUS, catalogue).found}


@pytest.fixture(scope="session")
def shelf(documents: dict[str, Document]) -> dict[str, Metadata]:
    return {id_: document.metadata for id_, document in documents.items()}


@pytest.fixture(scope="session")
def files() -> dict[str, str]:
    """The text of each file as it is on disk, white space collapsed."""
    return {path.stem: " ".join(path.read_text(encoding="utf-8").split()) for path in CORPUS.glob("*.txt")}


@pytest.fixture(scope="session")
def corpus_words(documents: dict[str, Document]) -> frozenset[str]:
    """The stem of every word of the five documents."""
    texts = [section.text for document in documents.values() for section in document.sections]
    return frozenset(stem(word) for text in texts for word in words(text))
