"""Questions -> vectors of unit length, by the embedding model of the settings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.settings import Settings
from eval.gaps import Encodes, Vectors
from index.embedding import load_embedding


def encoder(settings: Settings) -> Encodes:
    embedding = load_embedding(settings.index.embedding)

    def encode(texts: Sequence[str]) -> Vectors:
        return np.array([one.pooled for one in embedding.encode(texts)], dtype=np.float32)

    return encode
