"""Open what serves: from the folder of the index to a Searcher."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from llama_index.core import VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle
from llama_index.core.vector_stores import MetadataFilters
from llama_index.vector_stores.chroma import ChromaVectorStore

from index import generation
from index.chroma import open_collection, told
from index.embedding import SentenceEmbedding
from index.errors import IndexProblem
from index.expansion import QuestionIndex
from index.lexical import LexicalIndex
from index.rerank import cross_encoder
from index.search import Parts, Searcher
from index.settings import ChromaSettings, IndexSettings
from index.shelf import Shelf
from index.tokens import TokenVectors


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """One generation, open for reading."""

    searcher: Searcher
    shelf: Shelf
    fingerprint: str
    model: str


class _Dense(BaseRetriever):
    """Search by vector, with Chroma's faults in our words: a server may go away while we search."""

    def __init__(self, inner: BaseRetriever, settings: ChromaSettings) -> None:
        super().__init__()
        self._inner, self._settings = inner, settings

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        with told(self._settings):
            return self._inner.retrieve(query_bundle)


@contextmanager
def _files_told(root: Path) -> Iterator[None]:
    """A file that is there and cannot be opened is no damage: handles or permissions are missing."""
    try:
        yield
    except OSError as error:
        raise IndexProblem(
            f"The index in {root} cannot be opened just now: {error.strerror or error}. See to the limits and the "
            "permissions of this user, then try again."
        ) from error


@contextmanager
def open_index(root: Path, settings: IndexSettings, embedding: SentenceEmbedding) -> Iterator[OpenIndex]:
    """Raises IndexMissing, IndexDamaged when a file is not as published, IndexStale when it was made with
    other settings."""
    with _files_told(root):
        folder = generation.serving(root, settings, embedding.fingerprint)
        manifest = generation.read_manifest(folder)
    with open_collection(settings.chroma, folder / "chroma", manifest.collection, manifest.passages) as collection:
        vectors = VectorStoreIndex.from_vector_store(
            ChromaVectorStore(chroma_collection=collection), embed_model=embedding
        )

        def dense(where: MetadataFilters | None, top_k: int) -> BaseRetriever:
            inner = vectors.as_retriever(filters=where, similarity_top_k=min(top_k, max(1, manifest.passages)))
            return _Dense(inner, settings.chroma)

        with _files_told(root):
            shelf = Shelf(folder / "shelf.sqlite")
            name = settings.search.rerank
            tokens = TokenVectors(folder / "tokens")
            parts = Parts(
                embedding=embedding,
                dense=dense,
                lexical=LexicalIndex.load(folder / "bm25"),
                expanded=LexicalIndex.load(folder / "bm25-expanded"),
                tokens=tokens,
                questions=QuestionIndex(folder / "questions", tokens.rarity),
                reranker=None if name in ("late", "none") else cross_encoder(name, settings.search.candidates),
            )
        yield OpenIndex(Searcher(parts, shelf, settings.search), shelf, manifest.fingerprint, manifest.model)
