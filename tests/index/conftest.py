"""A corpus of one's own to change, and the sections of the five documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import generation
from index.library import Library, library_path, vector_key
from index.model import Passage
from index.open import OpenIndex, open_index
from index.settings import IndexSettings
from ingest import Document, Locator, Metadata, Section, load_catalogue, read_file, scan
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


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many short passages, indexed, that Chroma keeps their vectors in files of their own. Not to be changed."""
    root = tmp_path_factory.mktemp("many")
    with Library(library_path(root)) as library:
        texts = [f"Text number {n} tells of thing{n}." for n in range(1100)]
        made = [Passage(f"s-{n}", "s", Locator(), text, 0, len(text), order=n) for n, text in enumerate(texts)]
        vectors = WordVectors().encode(texts)
        library.put_vectors(
            (vector_key("word-vectors", text), vector) for text, vector in zip(texts, vectors, strict=True)
        )
        document = Document("s", Metadata("Many"), "1", (Section("s", 0, Locator(), " ".join(texts)),), "s.txt")
        library.put(document, "state", [(passage, passage.text) for passage in made], [])
        generation.make(root, library, IndexSettings(), "word-vectors", 32)
    return root
