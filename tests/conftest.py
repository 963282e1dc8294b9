"""What tests of several rooms share, each made once: the real model, a small corpus and its index, the five documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assemble import open_assistant, update_index
from assistant.assistant import Assistant
from assistant.settings import PathSettings, Settings
from index.embedding import SentenceEmbedding, load_embedding
from index.open import OpenIndex, open_index
from index.settings import EmbeddingSettings
from tests.small_corpus import write_small_corpus


@pytest.fixture(scope="session")
def embedding() -> SentenceEmbedding:
    """The model of the default settings."""
    return load_embedding(EmbeddingSettings())


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five short documents with a catalogue and predicted questions. Copy it before you change it."""
    return write_small_corpus(tmp_path_factory.mktemp("small") / "corpus")


@pytest.fixture(scope="session")
def small_settings(small_corpus: Path) -> Settings:
    """The small corpus, indexed. Copy the data folder before you change it."""
    settings = Settings(paths=PathSettings(corpus=small_corpus, data=small_corpus.parent / "data"))
    update_index(settings)
    return settings


@pytest.fixture(scope="session")
def small_index(small_settings: Settings, embedding: SentenceEmbedding) -> Iterator[OpenIndex]:
    with open_index(small_settings.paths.data, small_settings.index, embedding) as index:
        yield index


@pytest.fixture(scope="session")
def full_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The five documents, indexed: half a minute, once."""
    settings = Settings(paths=PathSettings(data=tmp_path_factory.mktemp("full")))
    update_index(settings)
    return settings


@pytest.fixture(scope="session")
def assistant(full_settings: Settings) -> Iterator[Assistant]:
    """Ready to be asked about the five documents."""
    with open_assistant(full_settings) as opened:
        yield opened
