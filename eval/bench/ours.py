"""Our own index at one size: made by the code that makes every index, then searched."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from llama_index.core.schema import QueryBundle

from eval.bench.model import Measured, Task, times
from eval.bench.texts import Sampled, Texts, asked_of, real_texts
from eval.bench.watch import Steps, disk_mb, memory_mb, timed
from index import generation
from index.embedding import load_embedding
from index.library import Library, as_int8, asked_key, vector_key
from index.model import Encoded
from index.open import open_index
from index.search import Searcher

_BUILT = "built.json"
_NEAREST = 10
_RERANKED = 30  # passages of the closer look that is timed by itself


class SampledLibrary(Library):
    """Texts as in every library; vectors of the real ones from memory, of the others sampled when they are read."""

    def __init__(self, path: Path, model: str, encoded: dict[str, Encoded], sampled: Sampled) -> None:
        super().__init__(path)
        self._model, self._encoded, self._sampled = model, encoded, sampled
        self._numbers: dict[str, int] = {}

    def fill(self, real: Texts, more: int) -> None:
        for document in real.documents:
            mine = [
                (p, t) for p, t in zip(real.passages, real.embedded, strict=True) if p.source_id == document.source_id
            ]
            ids = {passage.id for passage, _ in mine}
            self.put(document, "", mine, [one for one in real.questions if one.passage_id in ids])
        for first in range(0, more, Sampled.A_DOCUMENT):
            passages = [self._sampled.passage(n) for n in range(first, min(more, first + Sampled.A_DOCUMENT))]
            self._numbers |= {vector_key(self._model, p.text): first + n for n, p in enumerate(passages)}
            self.put(self._sampled.document(first), "", [(p, p.text) for p in passages], [])

    def pooled(self, key: str) -> np.ndarray:
        known = self._encoded.get(key)
        return known.pooled if known else self._sampled.vector(self._numbers[key])

    def tokens(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        one = self._encoded.get(key) or self._sampled.base(self._numbers[key])
        return one.token_ids, as_int8(one.tokens)


def build(task: Task) -> None:
    """Makes the index in the task's folder."""
    embedding = load_embedding(task.settings.embedding)
    real = real_texts(task.corpus, task.size, task.settings.split).first(task.size)
    asked = list(dict.fromkeys(one.text for one in real.questions))
    every = dict.fromkeys([*real.embedded, *asked])
    encoded = dict(zip(every, embedding.encode(list(every)), strict=True))
    sampled = Sampled.of(real, [encoded[text] for text in real.embedded], task.seed)
    keyed = {vector_key(embedding.fingerprint, text): one for text, one in encoded.items()}
    compared = zip(asked, embedding.encode_asked(asked), strict=True)
    keyed = {asked_key(embedding.fingerprint, text): one for text, one in compared} | keyed
    with SampledLibrary(task.folder / "library.sqlite", embedding.fingerprint, keyed, sampled) as library:
        library.fill(real, task.size - len(real.passages))
        started = time.perf_counter()
        generation.make(task.folder, library, task.settings, embedding.fingerprint, embedding.dimensions)
        seconds = time.perf_counter() - started
        _keep_vectors(task, library, embedding.fingerprint)
    (task.folder / _BUILT).write_text(json.dumps([len(real.passages), seconds]))


def _keep_vectors(task: Task, library: Library, model: str) -> None:
    """All of them beside the index, to be compared one by one."""
    texts = library.embedded_texts()
    rows = [library.pooled(vector_key(model, text)) for text in texts.values()]
    np.savez(_vectors_of(task), ids=list(texts), rows=np.asarray(rows, dtype=np.float32))


def _vectors_of(task: Task) -> Path:
    return task.folder.with_name(f"{task.folder.name}-vectors.npz")


def search(task: Task) -> Measured:
    """Opens what `build` made and searches it."""
    real, seconds = json.loads((task.folder / _BUILT).read_text())
    embedding = load_embedding(task.settings.embedding)
    embedding.encode(["warm"])
    questions, steps = asked_of(task.corpus, task.queries, task.seed), Steps()
    started = time.perf_counter()
    with open_index(task.folder, task.settings, embedding) as index:
        index.searcher.search(f"{questions[0]} Before all.")
        opened = time.perf_counter() - started
        index.searcher.search(questions[0])
        index.searcher.watch = steps
        found = timed(index.searcher.search, questions[1:])
        resident, own = memory_mb()
        look = times(timed(_looks(index.searcher), questions))
        compared = times(timed(lambda question: embedding.encode_asked([question]), questions))
        recall = _recall(task, index.searcher, questions)
    asked = len(questions) + 2  # with those that warmed up
    return Measured(
        engine="ours",
        size=task.size,
        real=real,
        build_seconds=round(seconds, 2),
        open_seconds=round(opened, 2),
        search=times(found),
        look=look,
        compared=compared,
        recall_at_10=recall,
        steps={name: round(spent * 1000 / asked, 3) for name, spent in steps.seconds.items()},
        resident_mb=resident,
        own_mb=own,
        disk_mb=disk_mb(task.folder),
    )


def _looks(searcher: Searcher) -> Callable[[str], object]:
    """The closer look at 30 passages; the question is encoded once, and not in the time of it."""
    some = random.Random(0).sample(searcher.parts.tokens.ids, min(_RERANKED, len(searcher.parts.tokens.ids)))
    query = searcher.encode("How do mentors help refugees to settle in?")
    return lambda _: searcher.parts.tokens.scores(query, some)


def _recall(task: Task, searcher: Searcher, questions: Sequence[str]) -> float:
    """Of the ten vectors that are nearest to a question, the share that search by meaning finds."""
    with np.load(_vectors_of(task)) as kept:
        ids, rows = kept["ids"], kept["rows"]
    retriever, shares = searcher.parts.dense(None, searcher.settings.candidates), []
    for question in questions:
        vector = searcher.encode(question).pooled
        nearest = set(ids[np.argsort(-(rows @ vector))[:_NEAREST]])
        nodes = retriever.retrieve(QueryBundle(question, embedding=[float(x) for x in vector]))
        shares.append(len(nearest & {node.node.node_id for node in nodes[:_NEAREST]}) / len(nearest))
    return round(float(np.mean(shares)), 4)
