"""Retrieval on anybody's data: a BEIR folder -> an index of its own -> the figures of each way of searching.

BEIR (Thakur et al., 2021): `corpus.jsonl` and `queries.jsonl` hold {"_id" or "id", "title", "text"} a line, `qrels.tsv`
(or `qrels/test.tsv`) query id, document id and grade. A document is one passage, so that figures can be set beside
published ones; where a corpus needs more than one passage for a document, its best passage counts.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import ir_measures
from ir_measures import RR, R, Success, nDCG
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from assistant.settings import Settings
from eval.bootstrap import Estimate, estimate_mean
from eval.errors import EvalError
from eval.load import read_lines
from index import generation
from index.build import embedded_text
from index.embedding import SentenceEmbedding, load_embedding
from index.library import Library, vector_key
from index.model import Passage
from index.open import open_index
from index.search import Searcher
from index.settings import IndexSettings, SearchSettings, SplitSettings
from index.split import passages_of
from ingest.model import Document, Locator, Metadata, Section

Tells = Callable[[str, int, int], None]
Qrels = dict[str, dict[str, int]]
DEEP = 100
BATCH = 256
MEASURES = (nDCG @ 10, R @ 5, R @ 10, RR @ 10, Success @ 1)
WHOLE = SplitSettings(target=1000, most=2000, box_most=4000)
# The parts of search one by one: what each is worth shows in the difference.
WAYS: dict[str, dict[str, object]] = {
    "meaning": {"lexical": False, "rerank": "none"},
    "words": {"dense": False, "rerank": "none"},
    "meaning and words": {"rerank": "none"},
    "meaning and words, looked at closely": {},
}


class Text(BaseModel):
    """A line of the corpus or of the queries."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str = Field(validation_alias=AliasChoices("_id", "id"))
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`queries` are those that have judgements; `qrels` holds grades by query and document."""

    documents: tuple[Text, ...]
    queries: dict[str, str]
    qrels: Qrels


class Way(BaseModel):
    """The figures of one way of searching, by name of the measure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    figures: dict[str, Estimate]


def read_benchmark(folder: Path) -> Benchmark:
    """Raises EvalError that names the file, and the line where there is one."""
    documents = tuple(line for _, line in read_lines(folder / "corpus.jsonl", Text))
    qrels = _qrels(next((path for path in _qrels_paths(folder) if path.is_file()), folder / "qrels.tsv"))
    queries = {line.id: line.text for _, line in read_lines(folder / "queries.jsonl", Text) if line.id in qrels}
    if not queries:
        raise EvalError(
            f"No query of {folder / 'queries.jsonl'} is judged in the qrels; the ids of both must be the same."
        )
    return Benchmark(documents, queries, {query: qrels[query] for query in queries})


def _qrels_paths(folder: Path) -> Sequence[Path]:
    return folder / "qrels.tsv", folder / "qrels" / "test.tsv"


def _qrels(path: Path) -> Qrels:
    if not path.is_file():
        raise EvalError(f"{path} is not a file; expected judgements, one a line: query id, document id, grade.")
    found: Qrels = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t"), start=1):
            if len(row) != 3 or not (row[2].lstrip("-").isdigit() or number == 1):
                raise EvalError(f"{path}, line {number}: expected query id, document id and a whole number, with tabs.")
            if row[2].lstrip("-").isdigit():
                found.setdefault(row[0], {})[row[1]] = int(row[2])
    return found


def measure_with(settings: Settings, benchmark: Benchmark, root: Path, tell: Tells) -> list[Way]:
    return measure(benchmark, root, settings.index, load_embedding(settings.index.embedding), tell)


def measure(
    benchmark: Benchmark, root: Path, settings: IndexSettings, embedding: SentenceEmbedding, tell: Tells
) -> list[Way]:
    """Builds the index in `root` (what is there already is not embedded again) and searches it in every way."""
    whole = settings.model_copy(update={"split": WHOLE})
    _build(benchmark.documents, root, whole, embedding, tell)
    with open_index(root, whole, embedding) as index:
        return [_way(name, _other(index.searcher, way), benchmark, tell) for name, way in WAYS.items()]


def _other(searcher: Searcher, changes: dict[str, object]) -> Searcher:
    wide = {"top_k": DEEP, "candidates": DEEP, "questions": False, **changes}
    settings = SearchSettings.model_validate(searcher.settings.model_dump() | wide)
    return Searcher(searcher.parts, searcher.shelf, settings, searcher.weights)


def _way(name: str, searcher: Searcher, benchmark: Benchmark, tell: Tells) -> Way:
    run: dict[str, dict[str, float]] = {}
    for done, (query, text) in enumerate(benchmark.queries.items(), start=1):
        run[query] = _ranked(searcher, text, benchmark.documents)
        tell(name, done, len(benchmark.queries))
    return Way(name=name, figures=figures(benchmark.qrels, run))


def _ranked(searcher: Searcher, text: str, documents: Sequence[Text]) -> dict[str, float]:
    """Document id -> a score that orders as the ranks of the best passages do."""
    ranks: dict[str, float] = {}
    for hit in searcher.search(text, top_k=DEEP):
        ranks.setdefault(documents[_number(hit.passage.source_id)].id, float(-hit.rank))
    return ranks


def figures(qrels: Qrels, run: dict[str, dict[str, float]]) -> dict[str, Estimate]:
    """Means over the queries, each with its interval; a query without hits counts as 0."""
    found: dict[str, list[float]] = {str(one): [] for one in MEASURES}
    for result in ir_measures.iter_calc(list(MEASURES), qrels, run):
        found[str(result.measure)].append(float(result.value))
    return {name: estimate_mean(values) for name, values in found.items()}


def _build(
    documents: Sequence[Text], root: Path, settings: IndexSettings, embedding: SentenceEmbedding, tell: Tells
) -> None:
    state = _state(documents, settings, embedding)
    made = root / "benchmark.txt"
    if made.is_file() and made.read_text(encoding="utf-8") == state and generation.current(root):
        return
    with Library(root / "library.sqlite") as library:
        for source_id in library.states():
            library.remove(source_id)
        _store(documents, library, settings, embedding, tell)
        generation.make(root, library, settings, embedding.fingerprint, embedding.dimensions)
    made.write_text(state, encoding="utf-8")


def _state(documents: Sequence[Text], settings: IndexSettings, embedding: SentenceEmbedding) -> str:
    content = json.dumps([document.model_dump() for document in documents])
    return hashlib.sha256(f"{embedding.fingerprint}\n{settings.split!r}\n{content}".encode()).hexdigest()


def _store(
    documents: Sequence[Text], library: Library, settings: IndexSettings, embedding: SentenceEmbedding, tell: Tells
) -> None:
    ready = iter([_document(number, text) for number, text in enumerate(documents)])
    done = 0
    while batch := list(islice(ready, BATCH)):
        split = [(document, _passages(document, settings.split)) for document in batch]
        _embed([text for _, passages in split for _, text in passages], library, embedding)
        for document, passages in split:
            library.put(document, "", passages, [])
        done += len(batch)
        tell("embedding", done, len(documents))


def _passages(document: Document, settings: SplitSettings) -> list[tuple[Passage, str]]:
    return [(passage, embedded_text(document, passage)) for passage in passages_of(document, settings)]


def _embed(texts: Sequence[str], library: Library, embedding: SentenceEmbedding) -> None:
    keys = {vector_key(embedding.fingerprint, text): text for text in texts}
    new = sorted(library.missing(keys))
    library.put_vectors(zip(new, embedding.encode([keys[key] for key in new]), strict=True))


def _document(number: int, text: Text) -> Document:
    """A document with one section, named by its number: ids of other people's corpora may hold anything."""
    source_id, body = f"d{number}", text.text.strip() or text.title.strip() or "."
    section = Section(source_id, 0, Locator(), body)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return Document(source_id, Metadata(text.title), digest, (section,), source_id)


def _number(source_id: str) -> int:
    return int(source_id[1:])
