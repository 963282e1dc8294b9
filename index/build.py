"""Bring library and index in line with a corpus folder: read what changed, embed what is new, publish a generation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from index import generation
from index.embedding import SentenceEmbedding
from index.errors import IndexBusy, IndexDamaged
from index.library import Library, vector_key
from index.model import Passage
from index.questions import PredictedQuestions, read_questions, tie
from index.settings import IndexSettings
from index.split import passages_of
from ingest import Catalogue, FoundFile, load_catalogue, read_file, scan
from ingest.errors import UnreadableFile
from ingest.model import Document, Skipped
from ingest.settings import IngestSettings

_BATCH = 64  # texts embedded between two commits: what an interruption can cost

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What one run did. `embedded` counts texts that had no vector before: 0 when nothing changed."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    embedded: int = 0
    passages: int = 0
    published: bool = False
    fingerprint: str = ""


@dataclass(slots=True)
class _Tally:
    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    embedded: int = 0


def library_path(root: Path) -> Path:
    return root / "library.sqlite"


def update(
    corpus: Path,
    root: Path,
    ingest_settings: IngestSettings,
    settings: IndexSettings,
    embedding: SentenceEmbedding,
    on_progress: Progress = lambda *_: None,
) -> BuildReport:
    """Raises IndexBusy when another process is writing, IngestError when the catalogue cannot be used, IndexDamaged when
    the new generation fails its check; what served before goes on serving in each case."""
    root.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(root / "writer.lock", timeout=0), Library(library_path(root)) as library:
            return _Update(corpus, root, ingest_settings, settings, embedding, library, on_progress).run()
    except Timeout as error:
        raise IndexBusy(f"Another process is indexing into {root}. Wait for it to finish, then try again.") from error


@dataclass(slots=True)
class _Update:
    corpus: Path
    root: Path
    ingest_settings: IngestSettings
    settings: IndexSettings
    embedding: SentenceEmbedding
    library: Library
    on_progress: Progress
    tally: _Tally = field(default_factory=_Tally)

    def run(self) -> BuildReport:
        catalogue = load_catalogue(self.corpus)
        scanned = scan(self.corpus, catalogue, self.ingest_settings)
        questions = read_questions(self.corpus / "questions.jsonl")
        self.tally.skipped.extend(scanned.skipped)
        before = self.library.states()
        for done, found in enumerate(scanned.found):
            self.on_progress(found.path, done, len(scanned.found))
            self._bring_in(found, catalogue, questions, before)
        self.on_progress("files", len(scanned.found), len(scanned.found))
        removed = sorted(set(before) - {found.source_id for found in scanned.found})
        removed += self._unreadable_now(before)
        for source_id in removed:
            self.library.remove(source_id)
        self.library.put_skipped(self.tally.skipped)
        return self._finish(removed)

    def _unreadable_now(self, before: dict[str, tuple[str, str, str]]) -> list[str]:
        """A file that was read once and cannot be read as it is now keeps no old text behind."""
        failed = {skipped.path for skipped in self.tally.skipped}
        return [
            source_id
            for source_id, (path, _, _) in before.items()
            if path in failed and source_id in self.library.states()
        ]

    def _bring_in(
        self,
        found: FoundFile,
        catalogue: Catalogue,
        questions: list[PredictedQuestions],
        before: dict[str, tuple[str, str, str]],
    ) -> None:
        mine = [line for line in questions if line.source == found.source_id]
        state = self._state(found, catalogue, mine)
        known = before.get(found.source_id)
        if known and known[1:] == (found.sha256, state):
            self.tally.unchanged.append(found.source_id)
            return
        try:
            document = read_file(found, catalogue, self.ingest_settings)
        except UnreadableFile as error:
            self.tally.skipped.append(Skipped(found.path, error.reason, error.advice))
            return
        self._store(document, state, mine)
        (self.tally.replaced if known else self.tally.added).append(found.source_id)
        self.tally.warnings.extend(f"{found.path}: {warning.text}" for warning in document.warnings)

    def _state(self, found: FoundFile, catalogue: Catalogue, questions: list[PredictedQuestions]) -> str:
        """Everything besides the file's bytes that decides what is stored for it."""
        meaning = generation.meaning_of(self.settings, self.embedding.fingerprint)
        return vector_key(meaning, f"{found.path}\n{catalogue.entry(found.path)!r}\n{questions!r}")[:16]

    def _store(self, document: Document, state: str, questions: list[PredictedQuestions]) -> None:
        passages = [(p, embedded_text(document, p)) for p in passages_of(document, self.settings.split)]
        tied = tie(questions, [p for p, _ in passages])
        self._embed([text for _, text in passages], document.source_id)
        self._embed([text for _, text in tied], f"{document.source_id}: questions")
        # Only now, with every vector on disk, does the new text replace the old.
        self.library.put(document, state, passages, tied)

    def _embed(self, texts: list[str], what: str) -> None:
        keys = {vector_key(self.embedding.fingerprint, text): text for text in texts}
        new = [key for key in keys if key in self.library.missing(keys)]
        for at in range(0, len(new), _BATCH):
            self.on_progress(what, at, len(new))
            batch = new[at : at + _BATCH]
            self.library.put_vectors(zip(batch, self.embedding.encode([keys[k] for k in batch]), strict=True))
        if new:
            self.on_progress(what, len(new), len(new))
        self.tally.embedded += len(new)

    def _finish(self, removed: list[str]) -> BuildReport:
        changed = bool(self.tally.added or self.tally.replaced or removed)
        serving = generation.current(self.root)
        if changed or serving is None or not self._sound(serving):
            serving = generation.make(
                self.root,
                self.library,
                self.settings,
                self.embedding.fingerprint,
                self.embedding.dimensions,
                lambda stage: self.on_progress(stage, 0, 0),
            )
            changed = True
        if self.tally.replaced or removed:
            self._forget()
        manifest = generation.read_manifest(serving)
        return BuildReport(
            tuple(self.tally.added),
            tuple(self.tally.replaced),
            tuple(removed),
            tuple(self.tally.unchanged),
            tuple(self.tally.skipped),
            tuple(self.tally.warnings),
            self.tally.embedded,
            manifest.passages,
            changed,
            manifest.fingerprint,
        )

    def _sound(self, serving: Path) -> bool:
        try:
            generation.check(serving)
            manifest = generation.read_manifest(serving)
        except IndexDamaged:
            return False
        return manifest.model == self.embedding.fingerprint and manifest.documents == len(self.library.states())

    def _forget(self) -> None:
        """Text that was removed or replaced leaves the disk: unused vectors, and older generations that still hold it."""
        used = {*self.library.embedded_texts().values(), *(text for _, text in self.library.questions())}
        self.library.sweep(vector_key(self.embedding.fingerprint, text) for text in used)
        self.library.compact()


def embedded_text(document: Document, passage: Passage) -> str:
    """What the model sees: the title and the headings in front of the words."""
    heading = " > ".join(passage.where.heading)
    return (
        f"{document.metadata.title}. {heading}\n{passage.text}"
        if heading
        else f"{document.metadata.title}\n{passage.text}"
    )
