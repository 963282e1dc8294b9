"""Search by vector over one generation: embedded, or on a server that may come and go."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from llama_index.core import VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle
from llama_index.core.vector_stores import MetadataFilters
from llama_index.vector_stores.chroma import ChromaVectorStore

from index.chroma import open_collection, told
from index.embedding import SentenceEmbedding
from index.errors import IndexProblem
from index.generation import Manifest
from index.settings import ChromaSettings

if TYPE_CHECKING:
    from chromadb import Collection

log = logging.getLogger(__name__)


class Vectors:
    """The vectors of one generation. On a server they are opened when they are first searched; a server that failed is
    asked again after a pause, so that one that hangs does not hold up every question. Safe to share between threads."""

    def __init__(
        self, folder: Path, manifest: Manifest, settings: ChromaSettings, embedding: SentenceEmbedding, held: ExitStack
    ) -> None:
        self._folder, self._manifest, self._settings, self._embedding = folder, manifest, settings, embedding
        self._held = held
        self._lock = threading.Lock()
        self._opened: VectorStoreIndex | None = None
        self._fault = ""
        self._again_at = 0.0

    def retriever(self, where: MetadataFilters | None, top_k: int) -> BaseRetriever:
        return _Retriever(self, where, top_k)

    def search(self, query: QueryBundle, where: MetadataFilters | None, top_k: int) -> list[NodeWithScore]:
        """Raises IndexProblem when Chroma does not do its work."""
        if time.monotonic() < self._again_at:
            raise IndexProblem(self._fault)
        try:
            index = self.open()
            with told(self._settings):
                most = min(top_k, max(1, self._manifest.passages))
                return index.as_retriever(filters=where, similarity_top_k=most).retrieve(query)
        except IndexProblem as error:
            self._rest(str(error))
            raise

    def open(self) -> VectorStoreIndex:
        """Raises IndexDamaged when the vectors are not as they were published, IndexProblem when there is no reaching
        them."""
        with self._lock:
            if self._opened is None:
                collection = self._held.enter_context(
                    open_collection(self._settings, self._folder / "chroma", self._manifest)
                )
                self._opened = self._over(collection)
            return self._opened

    def _over(self, collection: Collection) -> VectorStoreIndex:
        try:
            store = ChromaVectorStore(chroma_collection=collection)
            # Without a transformation of its own it loads one that splits texts, which nothing here uses.
            return VectorStoreIndex.from_vector_store(
                store, embed_model=self._embedding, transformations=[self._embedding]
            )
        except OSError as error:  # LlamaIndex looks on disk for a part that is not installed, each time
            raise IndexProblem(
                f"The vectors in {self._folder} cannot be opened just now: {error.strerror or error}. See to the limits of "
                "this user, then try again."
            ) from error

    def _rest(self, fault: str) -> None:
        if fault != self._fault:
            log.warning("Search by meaning is off: %s", fault)
        self._fault = fault
        self._again_at = time.monotonic() + (self._settings.retry_seconds if self._settings.host else 0)


@contextmanager
def open_vectors(
    folder: Path, manifest: Manifest, settings: ChromaSettings, embedding: SentenceEmbedding
) -> Iterator[Vectors]:
    """Embedded vectors are opened at once: raises IndexDamaged when they are not as they were published."""
    with ExitStack() as held:
        vectors = Vectors(folder, manifest, settings, embedding, held)
        if not settings.host:
            vectors.open()
        yield vectors


class _Retriever(BaseRetriever):
    def __init__(self, vectors: Vectors, where: MetadataFilters | None, top_k: int) -> None:
        super().__init__()
        self._vectors, self._where, self._top_k = vectors, where, top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self._vectors.search(query_bundle, self._where, self._top_k)
