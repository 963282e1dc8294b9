"""A closer look at the passages that search proposes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle
from numpy.typing import NDArray
from pydantic import PrivateAttr

from index.embedding import Encoded, SentenceEmbedding

Scores = NDArray[np.float32]


class TokenVectors:
    """The token vectors of many texts, memory-mapped: int8 rows in units of 1/127, text after text."""

    def __init__(self, folder: Path) -> None:
        self.ids: list[str] = (folder / "ids.txt").read_text(encoding="utf-8").split()
        self._bounds = np.load(folder / "bounds.npy")
        self._token_ids = np.load(folder / "token_ids.npy", mmap_mode="r")
        self.rarity: Scores = np.load(folder / "rarity.npy")
        rows, dimensions = int(self._bounds[-1]), int(np.load(folder / "dimensions.npy"))
        self._rows = (
            np.memmap(folder / "tokens.i8", dtype=np.int8, mode="r", shape=(rows, dimensions))
            if rows
            else np.zeros((0, dimensions), dtype=np.int8)
        )
        self._at = {id_: n for n, id_ in enumerate(self.ids)}

    def of(self, passage_id: str) -> Scores:
        """(n, dimensions) float32, rows of about unit length."""
        n = self._at[passage_id]
        return np.asarray(self._rows[self._bounds[n] : self._bounds[n + 1]], dtype=np.float32) / 127.0

    def together(self, numbers: Sequence[int]) -> tuple[Scores, NDArray[np.int32], NDArray[np.int64]]:
        """Rows and token ids of several texts one after the other, and where each text begins. None may be empty."""
        spans = [np.arange(self._bounds[n], self._bounds[n + 1]) for n in numbers]
        rows = np.concatenate(spans)
        starts = np.cumsum([0, *(len(span) for span in spans[:-1])])
        return np.asarray(self._rows[rows], dtype=np.float32) / 127.0, np.asarray(self._token_ids[rows]), starts

    def weights(self, query: Encoded) -> Scores:
        """How much each token of the question counts: its rarity over the passages, summing to 1."""
        raw = self.rarity[query.token_ids] if len(query.token_ids) else np.zeros(0, dtype=np.float32)
        total = float(raw.sum())
        return np.asarray(raw / total if total > 0 else raw, dtype=np.float32)

    def score(self, query: Encoded, passage_id: str) -> float:
        """Each question token's best match in the passage, weighted by rarity (late interaction: Khattab and Zaharia,
        SIGIR 2020; the weighting is ours). 1 means that every token finds itself."""
        rows = self.of(passage_id)
        if not len(rows) or not len(query.tokens):
            return 0.0
        return float((query.tokens @ rows.T).max(axis=1) @ self.weights(query))


class LateInteractionRerank(BaseNodePostprocessor):
    """Re-ranks by late interaction over the embedding model's own token vectors."""

    _vectors: TokenVectors = PrivateAttr()
    _embedding: SentenceEmbedding = PrivateAttr()

    def __init__(self, vectors: TokenVectors, embedding: SentenceEmbedding) -> None:
        super().__init__()
        self._vectors, self._embedding = vectors, embedding

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            return nodes
        query = self._embedding.encode([query_bundle.query_str])[0]
        scored = [NodeWithScore(node=n.node, score=self._vectors.score(query, n.node.node_id)) for n in nodes]
        return sorted(scored, key=lambda n: -(n.score or 0.0))


def cross_encoder(model: str, top_n: int) -> BaseNodePostprocessor:
    """A sentence-transformers CrossEncoder at the same seam; remote code stays off (LlamaIndex's default is on)."""
    from llama_index.core.postprocessor import SentenceTransformerRerank

    options: dict[str, Any] = {"model": model, "top_n": top_n, "trust_remote_code": False, "device": "cpu"}
    return SentenceTransformerRerank(**options)
