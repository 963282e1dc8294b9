"""The stock LlamaIndex pipeline at one size: VectorStoreIndex as it comes, in memory, over the same passages and vectors.

The embedding calls the model as LlamaIndex's own sentence-transformers integration does: batches of ten as they come, in
the arithmetic that the model is stored in.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from pydantic import PrivateAttr

from eval.bench.model import Measured, Task, times
from eval.bench.texts import Sampled, asked_of, real_texts
from eval.bench.watch import Steps, memory_mb, timed
from index.embedding import model_path
from index.model import Encoded
from index.settings import EmbeddingSettings

_TOP_K = 10


class StockEmbedding(BaseEmbedding):
    _model: Any = PrivateAttr()
    _steps: Steps = PrivateAttr(default_factory=Steps)

    def __init__(self, settings: EmbeddingSettings) -> None:
        from sentence_transformers import SentenceTransformer  # slow: brings torch

        super().__init__(model_name="stock")
        self._model = SentenceTransformer(model_path(settings), device="cpu", trust_remote_code=False)

    @property
    def steps(self) -> Steps:
        return self._steps

    def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        with self._steps("encode"):
            made = self._model.encode(
                list(texts), batch_size=self.embed_batch_size, normalize_embeddings=True, show_progress_bar=False
            )
        found: list[list[float]] = made.tolist()
        return found

    def _get_text_embedding(self, text: str) -> list[float]:
        return self.vectors([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self.vectors(texts)

    def _get_query_embedding(self, query: str) -> list[float]:
        return self.vectors([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def search(task: Task) -> Measured:
    embedding = StockEmbedding(task.settings.embedding)
    nodes, real = _nodes(task, embedding)
    questions = asked_of(task.corpus, task.queries, task.seed)
    started = time.perf_counter()
    index = VectorStoreIndex(nodes, embed_model=embedding)
    built = time.perf_counter() - started
    started = time.perf_counter()
    retriever = index.as_retriever(similarity_top_k=_TOP_K)
    retriever.retrieve(f"{questions[0]} Before all.")
    opened = time.perf_counter() - started
    embedding.steps.seconds.clear()
    found = timed(retriever.retrieve, questions[1:])
    resident, own = memory_mb()
    encoding = embedding.steps.seconds["encode"] * 1000 / (len(questions) + 2)
    return Measured(
        engine="stock",
        size=task.size,
        real=real,
        build_seconds=round(built, 2),
        open_seconds=round(opened, 2),
        search=times(found),
        recall_at_10=1.0,  # it compares every vector
        # The second is what the first leaves of the whole, which on a busy machine may be nothing.
        steps={"encode": round(encoding, 3), "meaning": round(max(0.0, float(np.mean(found)) - encoding), 3)},
        resident_mb=resident,
        own_mb=own,
        disk_mb=0.0,
    )


def _nodes(task: Task, embedding: StockEmbedding) -> tuple[list[TextNode], int]:
    real = real_texts(task.corpus, task.size, task.settings.split).first(task.size)
    vectors = embedding.vectors(real.embedded)
    nothing = np.zeros(0, dtype=np.int32)
    encoded = [
        Encoded(np.array(v, dtype=np.float32), np.zeros((0, len(v)), dtype=np.float32), nothing) for v in vectors
    ]
    sampled = Sampled.of(real, encoded, task.seed)
    nodes = [TextNode(id_=p.id, text=p.text, embedding=v) for p, v in zip(real.passages, vectors, strict=True)]
    for n in range(task.size - len(nodes)):
        passage = sampled.passage(n)
        nodes.append(TextNode(id_=passage.id, text=passage.text, embedding=sampled.vector(n).tolist()))
    return nodes, len(real.passages)
