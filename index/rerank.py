"""A closer look at the passages that search proposes."""

from __future__ import annotations

from typing import Any

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle
from pydantic import PrivateAttr

from index.embedding import SentenceEmbedding
from index.errors import ModelUnusable
from index.tokens import TokenVectors


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
        scores = self._vectors.scores(query, [n.node.node_id for n in nodes])
        scored = [NodeWithScore(node=n.node, score=scores[n.node.node_id]) for n in nodes]
        return sorted(scored, key=lambda n: -(n.score or 0.0))


def cross_encoder(model: str, top_n: int) -> BaseNodePostprocessor:
    """A sentence-transformers CrossEncoder at the same seam; remote code stays off (LlamaIndex's default is on). Raises
    ModelUnusable when it is not there."""
    from llama_index.core.postprocessor import SentenceTransformerRerank

    options: dict[str, Any] = {"model": model, "top_n": top_n, "trust_remote_code": False, "device": "cpu"}
    try:
        return SentenceTransformerRerank(**options)
    except (OSError, ValueError) as error:
        raise ModelUnusable(
            f"The re-ranking model '{model}' cannot be loaded: {error}. Give a folder that holds it as index.search.rerank, "
            "or leave that at 'late'."
        ) from error
