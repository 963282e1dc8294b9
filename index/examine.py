"""Whether library and index agree and are sound, and what they hold: the facts behind `python app.py doctor`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from index import generation
from index.alike import Alike, near_duplicates, sketches
from index.errors import IndexProblem, IndexUnproved
from index.library import Library, library_path, to_read, told
from index.model import Passage
from index.settings import IndexSettings
from ingest.model import Document, Skipped

_PACKAGES = ("chromadb", "llama-index-core", "sentence-transformers", "torch", "gradio", "pypdf", "bm25s")


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    source_id: str
    path: str
    title: str
    kind: str
    year: int | None
    sections: int
    passages: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    documents: int
    sections: int
    passages: int


@dataclass(frozen=True, slots=True)
class Findings:
    """`faults` is empty when everything is sound. `unused_vectors` are orphans: no passage and no question needs them. Sizes
    are bytes on disk."""

    documents: tuple[DocumentFacts, ...] = ()
    all: Count = Count(0, 0, 0)
    by_kind: dict[str, Count] | None = None
    by_year: dict[str, Count] | None = None
    skipped: tuple[Skipped, ...] = ()
    near_duplicates: tuple[Alike, ...] = ()
    unused_vectors: int = 0
    serving: str = ""
    fingerprint: str = ""
    model: str = ""
    sizes: dict[str, int] | None = None
    versions: dict[str, str] | None = None
    faults: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.faults


def examine(root: Path, settings: IndexSettings | None = None) -> Findings:
    """Reads, changes nothing. What cannot be read is a fault, not an exception. With the settings, what serves is opened too,
    in a process of its own, and searched."""
    versions = {name: version(name) for name in _PACKAGES}
    if not library_path(root).is_file():
        return Findings(versions=versions, faults=(f"There is no library in {root}. Run: python app.py index",))
    try:
        with told(library_path(root)), to_read(library_path(root)) as library:
            return _examine(root, library, versions, settings)
    except IndexProblem as error:
        return Findings(versions=versions, faults=(str(error),))


def _examine(root: Path, library: Library, versions: dict[str, str], settings: IndexSettings | None) -> Findings:
    documents, passages = library.documents(), library.passages()
    counts = Counter(p.source_id for p in passages)
    facts = tuple(_facts(document, counts[document.source_id]) for document in documents)
    serving = generation.current(root)
    faults = [*library.faults(), *_disagreements(root, library)]
    if serving and settings and not faults:
        faults += _does_not_open(serving, settings)
    manifest = generation.read_manifest(serving) if serving and not faults else None
    unused, missing = _vectors(library, manifest.model) if manifest else (0, 0)
    if missing:
        faults.append(f"{missing} passages or questions have no vector. Run: python app.py index")
    return Findings(
        documents=facts,
        all=_count(facts),
        by_kind=_grouped(facts, lambda fact: fact.kind or "unknown"),
        by_year=_grouped(facts, lambda fact: str(fact.year or "unknown")),
        skipped=tuple(library.skipped()),
        near_duplicates=_near_duplicates(library, passages),
        unused_vectors=unused,
        serving=serving.name if serving else "",
        fingerprint=manifest.fingerprint if manifest else "",
        model=manifest.model if manifest else "",
        sizes=_sizes(root),
        versions=versions,
        faults=tuple(faults),
    )


def _count(facts: Collection[DocumentFacts]) -> Count:
    return Count(len(facts), sum(fact.sections for fact in facts), sum(fact.passages for fact in facts))


def _grouped(facts: Collection[DocumentFacts], name: Callable[[DocumentFacts], str]) -> dict[str, Count]:
    names = sorted({name(fact) for fact in facts})
    return {one: _count([fact for fact in facts if name(fact) == one]) for one in names}


def _does_not_open(serving: Path, settings: IndexSettings) -> list[str]:
    try:
        generation.prove(serving, settings)
    except IndexUnproved as error:
        return [str(error)]
    except IndexProblem as error:
        return [f"{serving.name} cannot be searched. {error} Run: python app.py index"]
    return []


def _vectors(library: Library, model: str) -> tuple[int, int]:
    """How many vectors nothing uses, and how many texts have none."""
    needed = library.keys(model)
    missing = len(library.missing(needed))
    return library.vector_count() - (len(needed) - missing), missing


def _facts(document: Document, passages: int) -> DocumentFacts:
    about = document.metadata
    unreadable = tuple(
        f"page {warning.page_index}: {warning.text}" if warning.page_index else warning.text
        for warning in document.warnings
    )
    return DocumentFacts(
        document.source_id,
        document.path,
        about.title,
        about.kind,
        about.year,
        len(document.sections),
        passages,
        unreadable,
    )


def _disagreements(root: Path, library: Library) -> list[str]:
    serving = generation.current(root)
    if serving is None:
        return ["There is no index that serves. Run: python app.py index"]
    try:
        generation.check(serving)
        manifest = generation.read_manifest(serving)
    except IndexProblem as error:
        return [str(error)]
    if manifest.fingerprint != generation.content_of(library, manifest.meaning, manifest.model):
        return [
            f"{serving.name} does not hold what the library holds: a run was stopped, or an earlier index serves again. "
            "Run: python app.py index"
        ]
    return []


def _near_duplicates(library: Library, passages: list[Passage]) -> tuple[Alike, ...]:
    sketched = library.sketches()
    new = [p for p in passages if p.id not in sketched]
    made = zip([p.id for p in new], sketches(p.text for p in new), strict=True)
    return tuple(near_duplicates(passages, sketched | dict(made)))


def _sizes(root: Path) -> dict[str, int]:
    sizes = {"library": sum(f.stat().st_size for f in root.glob("library.sqlite*"))}
    for folder in sorted(root.glob("gen-*")):
        sizes[folder.name] = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    return sizes
