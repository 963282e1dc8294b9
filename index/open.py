"""Open what serves: from the folder of the index to a Searcher."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index import generation
from index.dense import open_vectors
from index.derive import ABBREVIATIONS, TRUST, VOCABULARY
from index.embedding import SentenceEmbedding
from index.errors import IndexProblem
from index.expansion import QuestionIndex
from index.lexical import LexicalIndex
from index.near_misses import AnswerableIndex, UnanswerableIndex
from index.rerank import cross_encoder
from index.search import Parts, Searcher
from index.settings import IndexSettings
from index.shelf import Shelf
from index.substance import read_trust
from index.tokens import TokenVectors


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """One generation, open for reading."""

    searcher: Searcher
    shelf: Shelf
    fingerprint: str
    model: str


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
    """Raises IndexMissing, IndexDamaged when a file is not as published, IndexStale when it was made with other settings.
    A Chroma server that is down, slow or holds something else stops nothing: `Searcher.outage` tells of it."""
    with _files_told(root):
        folder = generation.serving(root, settings, embedding.fingerprint)
        manifest = generation.read_manifest(folder)
    with open_vectors(folder, manifest, settings.chroma, embedding) as vectors:
        with _files_told(root):
            shelf = Shelf(folder / "shelf.sqlite")
            name = settings.search.rerank
            tokens = TokenVectors(folder / "tokens")
            questions = QuestionIndex(folder / "questions", tokens.rarity)
            parts = Parts(
                embedding=embedding,
                dense=vectors.retriever,
                lexical=LexicalIndex.load(folder / "bm25"),
                expanded=LexicalIndex.load(folder / "bm25-expanded"),
                tokens=tokens,
                questions=questions,
                answerable=AnswerableIndex(folder / "asked", questions.passage_ids),
                unanswerable=UnanswerableIndex(folder / "unanswerable"),
                vocabulary=(folder / VOCABULARY).read_text(encoding="utf-8").split("\n"),
                abbreviations=json.loads((folder / ABBREVIATIONS).read_text(encoding="utf-8")),
                trust=read_trust(folder / TRUST),
                reranker=None if name in ("late", "none") else cross_encoder(name, settings.search.candidates),
            )
        yield OpenIndex(Searcher(parts, shelf, settings.search), shelf, manifest.fingerprint, manifest.model)
