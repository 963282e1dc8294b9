"""Whether library and index agree and are sound, and what they hold: the facts behind `python app.py doctor`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rapidfuzz import fuzz

from index import generation
from index.errors import IndexProblem
from index.library import Library, library_path, told
from index.model import Passage
from ingest.model import Document, Skipped

_NEAR = 90  # rapidfuzz token set ratio from which two passages count as near-duplicates
_MOST_PASSAGES_COMPARED = 3000  # comparing is quadratic
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
class Findings:
    """`faults` is empty when everything is sound. Sizes are bytes on disk."""

    documents: tuple[DocumentFacts, ...] = ()
    by_kind: dict[str, int] | None = None
    by_year: dict[str, int] | None = None
    skipped: tuple[Skipped, ...] = ()
    near_duplicates: tuple[tuple[str, str], ...] = ()
    serving: str = ""
    fingerprint: str = ""
    model: str = ""
    sizes: dict[str, int] | None = None
    versions: dict[str, str] | None = None
    faults: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.faults


def examine(root: Path) -> Findings:
    """Reads, changes nothing. What cannot be read is a fault, not an exception."""
    versions = {name: version(name) for name in _PACKAGES}
    if not library_path(root).is_file():
        return Findings(versions=versions, faults=(f"There is no library in {root}. Run: python app.py index",))
    try:
        with told(library_path(root)), Library(library_path(root)) as library:
            return _examine(root, library, versions)
    except IndexProblem as error:
        return Findings(versions=versions, faults=(str(error),))


def _examine(root: Path, library: Library, versions: dict[str, str]) -> Findings:
    documents, passages = library.documents(), library.passages()
    counts = Counter(p.source_id for p in passages)
    facts = tuple(_facts(document, counts[document.source_id]) for document in documents)
    serving = generation.current(root)
    faults = [*library.faults(), *_disagreements(root, library)]
    manifest = generation.read_manifest(serving) if serving and not faults else None
    return Findings(
        documents=facts,
        by_kind=dict(Counter(fact.kind or "unknown" for fact in facts)),
        by_year=dict(sorted(Counter(str(fact.year or "unknown") for fact in facts).items())),
        skipped=tuple(library.skipped()),
        near_duplicates=_near_duplicates(passages),
        serving=serving.name if serving else "",
        fingerprint=manifest.fingerprint if manifest else "",
        model=manifest.model if manifest else "",
        sizes=_sizes(root),
        versions=versions,
        faults=tuple(faults),
    )


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


def _near_duplicates(passages: list[Passage]) -> tuple[tuple[str, str], ...]:
    """Pairs of passages of different sources that say nearly the same; none when there are too many to compare."""
    if len(passages) > _MOST_PASSAGES_COMPARED:
        return ()
    pairs = []
    for n, one in enumerate(passages):
        for other in passages[n + 1 :]:
            if one.source_id != other.source_id and fuzz.token_set_ratio(one.text, other.text) >= _NEAR:
                pairs.append((one.id, other.id))
    return tuple(pairs)


def _sizes(root: Path) -> dict[str, int]:
    sizes = {"library": sum(f.stat().st_size for f in root.glob("library.sqlite*"))}
    for folder in sorted(root.glob("gen-*")):
        sizes[folder.name] = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    return sizes
