"""A corpus of one's own to change, and the sections of the five documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.open import OpenIndex, open_index
from index.settings import IndexSettings
from ingest import Document, load_catalogue, read_file, scan
from tests.index.doubles import WordVectors, bring_in

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture(scope="session")
def five_documents() -> list[Document]:
    catalogue = load_catalogue(CORPUS)
    return [read_file(found, catalogue) for found in scan(CORPUS, catalogue).found]


@pytest.fixture(scope="session")
def indexed(small_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus and its index by word vectors, side by side in one folder. Not to be changed."""
    place = tmp_path_factory.mktemp("indexed")
    shutil.copytree(small_corpus, place / "corpus")
    bring_in(place / "corpus", place / "data")
    return place


@pytest.fixture
def place(indexed: Path, tmp_path: Path) -> Path:
    """A copy of it: `corpus` and `data`, to be changed."""
    shutil.copytree(indexed, tmp_path / "place")
    return tmp_path / "place"


@pytest.fixture(scope="session")
def by_words(indexed: Path) -> Iterator[OpenIndex]:
    """The index by word vectors, open."""
    with open_index(indexed / "data", IndexSettings(), WordVectors()) as index:
        yield index
