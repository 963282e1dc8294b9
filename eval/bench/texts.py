"""Passages for a benchmark: those of the corpus, and beyond their number texts and vectors sampled from them.

A sampled passage is made of sentences drawn from all real ones, so that words are as frequent as in the corpus; its vector lies
between two real ones, with noise; its token vectors are those of a real passage. Vectors that lie each around one real one
(noise alone) make a cluster for each, and Chroma's graph does not find from one cluster to another: of 50,000 such it found
54 % of the ten nearest, of 16,000 real passages of public question sets all. Predicted questions exist for the real passages
alone, as on a shelf to which documents were added.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from index.build import embedded_text
from index.model import Encoded, Passage
from index.questions import Tied, read_questions, tie
from index.sentences import sentences
from index.settings import SplitSettings
from index.split import passages_of
from ingest import load_catalogue, read_file, scan
from ingest.model import Document, Locator, Metadata, Section

_FINER = (None, 100, 70, 50, 30)  # words a passage, until the corpus gives enough of them
_SENTENCES = 6
_NOISE = 0.3  # length of what is added to a vector of length 1


@dataclass(frozen=True, slots=True)
class Texts:
    """Real passages with what the model sees of each, and the questions that lead to them."""

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    embedded: tuple[str, ...]
    questions: tuple[Tied, ...]

    def first(self, most: int) -> Texts:
        """The same with `most` passages at most."""
        kept = {passage.id for passage in self.passages[:most]}
        asked = tuple(one for one in self.questions if one.passage_id in kept)
        return Texts(self.documents, self.passages[:most], self.embedded[:most], asked)


def real_texts(corpus: Path, wanted: int, split: SplitSettings) -> Texts:
    """All passages of the corpus; split finer than by default when that gives fewer than `wanted`."""
    catalogue = load_catalogue(corpus)
    documents = [read_file(found, catalogue) for found in scan(corpus, catalogue).found]
    for target in _FINER:
        settings = split if target is None else SplitSettings(target=target, most=max(30, target * 3 // 2))
        made = [(passage, document) for document in documents for passage in passages_of(document, settings)]
        if len(made) >= wanted:
            break
    passages = tuple(passage for passage, _ in made)
    embedded = tuple(embedded_text(document, passage) for passage, document in made)
    asked = tie(read_questions(corpus / "questions.jsonl"), passages)
    return Texts(tuple(documents), passages, embedded, tuple(asked))


@dataclass(frozen=True, slots=True)
class Sampled:
    """Text number `n` beyond the real ones, the same on every call."""

    A_DOCUMENT: ClassVar[int] = 100
    """Passages of a sampled document."""

    real: Texts
    encoded: Sequence[Encoded]
    pool: tuple[str, ...]
    seed: int

    @classmethod
    def of(cls, real: Texts, encoded: Sequence[Encoded], seed: int) -> Sampled:
        pool = tuple(p.text[a:b] for p in real.passages for a, b in sentences(p.text))
        return cls(real, encoded, pool, seed)

    def passage(self, n: int) -> Passage:
        source_id = f"sampled-{n // self.A_DOCUMENT}"
        drawn = random.Random(self.seed + n)
        text = " ".join(drawn.choice(self.pool) for _ in range(_SENTENCES))
        return Passage(f"{source_id}-{n}", source_id, Locator(), text, 0, len(text), order=n % self.A_DOCUMENT)

    def document(self, n: int) -> Document:
        """The one that holds passage number `n`."""
        source_id = f"sampled-{n // self.A_DOCUMENT}"
        return Document(source_id, Metadata(source_id), source_id, (Section(source_id, 0, Locator(), "."),), source_id)

    def vector(self, n: int) -> np.ndarray:
        draw = np.random.default_rng(self.seed + n)
        share, other = np.float32(draw.random()), self.encoded[int(draw.integers(len(self.encoded)))].pooled
        between = share * self.base(n).pooled + (1 - share) * other
        noise = draw.standard_normal(len(between)).astype(np.float32)
        moved = between / np.linalg.norm(between) + _NOISE * noise / np.linalg.norm(noise)
        return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)

    def base(self, n: int) -> Encoded:
        return self.encoded[(n * 7919) % len(self.encoded)]


def asked_of(corpus: Path, count: int, seed: int) -> list[str]:
    """Questions to time: of those that were predicted for the corpus, each one once."""
    every = [question for line in read_questions(corpus / "questions.jsonl") for question in line.questions]
    return random.Random(seed).sample(every, min(count, len(every))) or ["What is said here?"]
