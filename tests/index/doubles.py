"""A model that needs no weights, and short ways to say what every test of the index says."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from pydantic import PrivateAttr

from index.build import BuildReport, Progress, update
from index.embedding import SentenceEmbedding
from index.model import Encoded
from index.settings import IndexSettings
from index.words import words
from ingest import IngestSettings


class _Sizes:
    def get_embedding_dimension(self) -> int:
        return 32


class WordVectors(SentenceEmbedding):
    """Every word has a direction of its own; a text points where its words do. `encoded` keeps every text it was given."""

    _encoded: list[str] = PrivateAttr(default_factory=list)

    def __init__(self, fingerprint: str = "word-vectors") -> None:
        super().__init__(_Sizes(), fingerprint, 32)  # type: ignore[arg-type]

    @property
    def encoded(self) -> list[str]:
        return self._encoded

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None) -> list[Encoded]:
        self._encoded.extend(texts)
        return [_encode(text) for text in texts]

    def is_word(self, word: str) -> bool:
        return True


def _encode(text: str) -> Encoded:
    ids = np.array([zlib.crc32(word.encode()) % 30_000 for word in words(text)], dtype=np.int32)
    if not len(ids):
        return Encoded(_unit(np.ones(32)), np.zeros((0, 32), dtype=np.float32), ids)
    tokens = np.stack([_unit(np.random.default_rng(int(id_)).standard_normal(32)) for id_ in ids])
    return Encoded(_unit(tokens.sum(axis=0)), tokens, ids)


def _unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def bring_in(
    corpus: Path,
    root: Path,
    embedding: SentenceEmbedding | None = None,
    settings: IndexSettings | None = None,
    on_progress: Progress = lambda *_: None,
) -> BuildReport:
    return update(corpus, root, IngestSettings(), settings or IndexSettings(), embedding or WordVectors(), on_progress)


def files_that_hold(root: Path, words: str) -> list[str]:
    """Names of the files under `root` whose bytes hold the words, in small or capital letters."""
    wanted = words.lower().encode()
    return [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*"))
        if path.is_file() and wanted in path.read_bytes().lower()
    ]
