"""A model without weights, for experiments in which many processes start and die: what they try is not the model."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr

from index.embedding import SentenceEmbedding
from index.model import Encoded, Vector
from index.words import words

_DIMENSIONS = 32


class WordVectors(SentenceEmbedding):
    """Every word has a direction of its own; a text points where its words do. `encoded` keeps every text it was given."""

    _encoded: list[str] = PrivateAttr(default_factory=list)

    def __init__(self, fingerprint: str = "word-vectors") -> None:
        super().__init__(_Words(), fingerprint, batch_size=32)

    @property
    def encoded(self) -> list[str]:
        return self._encoded

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None) -> list[Encoded]:
        self._encoded.extend(texts)
        return super().encode(texts, on_progress)


class _Words:
    dimensions = _DIMENSIONS

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        return [_encode(text) for text in texts]

    def token_starts(self, text: str) -> NDArray[np.int32]:
        plain, at, starts = text.lower().replace("’", "'"), 0, []
        for word in words(text):
            at = plain.index(word, at)
            starts.append(at)
            at += len(word)
        return np.asarray(starts, dtype=np.int32)

    def is_word(self, word: str) -> bool:
        return True


def _encode(text: str) -> Encoded:
    ids = np.array([zlib.crc32(word.encode()) % 30_000 for word in words(text)], dtype=np.int32)
    if not len(ids):
        return Encoded(_unit(np.ones(_DIMENSIONS)), np.zeros((0, _DIMENSIONS), dtype=np.float32), ids)
    tokens = np.stack([_direction(int(id_)) for id_ in ids])
    return Encoded(_unit(tokens.sum(axis=0)), tokens, ids)


@functools.lru_cache(maxsize=30_000)
def _direction(id_: int) -> Vector:
    return _unit(np.random.default_rng(id_).standard_normal(_DIMENSIONS))


def _unit(vector: NDArray[np.floating]) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
