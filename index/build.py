"""Bring library and index in line with a corpus folder: read what changed, embed what is new, publish a generation."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from index import generation
from index.alike import Alike, near_duplicates, sketches
from index.chroma import open_collection
from index.errors import IndexBusy, IndexDamaged, IndexMissing, IndexProblem, IndexStale
from index.library import Library, asked_key, library_path, to_read, told, vector_key
from index.model import Encoded, Passage
from index.questions import QUESTIONS, PredictedQuestions, read_questions, tie
from index.settings import IndexSettings
from index.split import passages_of
from index.unanswerable import UNANSWERABLE, UnansweredQuestions, read_unanswerable, unanswerable
from ingest import Catalogue, FoundFile, load_catalogue, read_file, scan
from ingest.errors import UnreadableFile
from ingest.model import Document, Skipped
from ingest.settings import IngestSettings

if TYPE_CHECKING:
    from index.embedding import Embeds

_BATCH = 64  # texts embedded between two commits: what an interruption can cost


class Progress(Protocol):
    """Called with what is being done, how much of it is done, how much there is (0 when it cannot be counted), and what
    is counted: "files", "texts", or nothing."""

    def __call__(self, what: str, done: int, total: int, unit: str = "") -> None: ...


States = dict[str, tuple[str, str, str]]
"""As `Library.states` gives them."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What one run did. `embedded` counts texts that had no vector before: 0 when nothing changed. `near_duplicates` are
    among the passages that were brought in."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    near_duplicates: tuple[Alike, ...] = ()
    embedded: int = 0
    passages: int = 0
    published: bool = False
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do. What a file holds shows when it is read, so one that is to be added may yet be skipped. `paths`
    holds the file of every id, inside the folder of documents."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    paths: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RolledBack:
    """`serving` serves again instead of `before`."""

    serving: str
    before: str
    documents: int
    passages: int
    fingerprint: str
    model: str


@dataclass(slots=True)
class _Tally:
    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    embedded: int = 0


def update(
    corpus: Path,
    root: Path,
    ingest_settings: IngestSettings,
    settings: IndexSettings,
    embedding: Embeds,
    on_progress: Progress = lambda *_: None,
) -> BuildReport:
    """Raises IndexBusy when another process is writing, IngestError when the catalogue cannot be used, IndexDamaged when
    the new generation fails its check, IndexProblem when there is nothing to read or no room to write; what served before
    goes on serving in each case."""
    with writing(root), Library(library_path(root)) as library:
        folder = _Folder.look(corpus, ingest_settings, settings, embedding.fingerprint, library.states())
        return _Update(folder, root, ingest_settings, settings, embedding, library, on_progress).run()


def plan(corpus: Path, root: Path, ingest_settings: IngestSettings, settings: IndexSettings, model: str) -> Plan:
    """What `update` would do now with the model of this fingerprint. Changes nothing."""
    held: States = {}
    if library_path(root).is_file():
        with told(library_path(root)), to_read(library_path(root)) as library:
            held = library.states()
    return _Folder.look(corpus, ingest_settings, settings, model, held).compared(held)


def roll_back(root: Path, settings: IndexSettings, model: str) -> RolledBack:
    """Let the generation before the one that serves serve again. Raises IndexMissing when there is none, IndexStale when it
    was made with other settings, IndexDamaged when it is not as it was published, IndexBusy."""
    if not root.is_dir():
        raise IndexMissing(f"There is no index in {root}. Run: python app.py index")
    with writing(root):
        serving, older = generation.current(root), generation.previous(root)
        if difference := generation.unlike(older, settings, model):
            raise IndexStale(f"{older.name} was made {difference}. Set that back first, then try again.")
        generation.check(older)
        generation.switch(root, older.name)
    manifest = generation.read_manifest(older)
    return RolledBack(
        older.name,
        serving.name if serving else "",
        manifest.documents,
        manifest.passages,
        manifest.fingerprint,
        manifest.model,
    )


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """The only writer. What goes wrong with the disk is told in our words."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / "writer.lock", timeout=0), told(library_path(root)):
            yield
    except Timeout as error:
        raise IndexBusy(f"Another process is indexing into {root}. Wait for it to finish, then try again.") from error
    except OSError as error:
        raise IndexProblem(
            f"{error.filename or root} cannot be written: {error.strerror or error}. What was finished is kept and what "
            "served goes on serving. See to the disk and the permissions, then try again."
        ) from error


@dataclass(frozen=True, slots=True)
class _Folder:
    """The folder of documents as it is now. `states` holds, by source id, everything besides a file's bytes that decides
    what is stored for it."""

    corpus: Path
    catalogue: Catalogue
    found: tuple[FoundFile, ...]
    skipped: tuple[Skipped, ...]
    questions: dict[str, list[PredictedQuestions]]
    unanswered: tuple[UnansweredQuestions, ...]
    states: dict[str, str]

    @classmethod
    def look(
        cls, corpus: Path, ingest_settings: IngestSettings, settings: IndexSettings, model: str, held: States
    ) -> _Folder:
        catalogue = load_catalogue(corpus)
        scanned = scan(corpus, catalogue, ingest_settings)
        kept, copies = _without_copies(scanned.found, catalogue, {path for path, _, _ in held.values()})
        questions: dict[str, list[PredictedQuestions]] = {found.source_id: [] for found in kept}
        for line in read_questions(corpus / QUESTIONS):
            questions.setdefault(line.source, []).append(line)
        unanswered = tuple(read_unanswerable(corpus / UNANSWERABLE))
        meaning = generation.meaning_of(settings, model)
        states = {
            found.source_id: _digest(
                f"{meaning}\n{found.path}\n{catalogue.entry(found.path)!r}\n{questions[found.source_id]!r}"
            )
            for found in kept
        }
        homeless = [
            *_without_a_document(QUESTIONS, questions, states),
            *_without_a_document(
                UNANSWERABLE, dict.fromkeys(line.source for line in unanswered if line.source), states
            ),
        ]
        return cls(corpus, catalogue, kept, (*scanned.skipped, *copies, *homeless), questions, unanswered, states)

    def compared(self, held: States) -> Plan:
        """With what the library holds."""
        here = {found.source_id: (found.sha256, self.states[found.source_id]) for found in self.found}
        known = {source_id: state[1:] for source_id, state in held.items()}
        return Plan(
            added=tuple(id_ for id_ in here if id_ not in known),
            replaced=tuple(id_ for id_, state in here.items() if id_ in known and known[id_] != state),
            removed=tuple(sorted(id_ for id_ in held if id_ not in here and not self._out_of_reach(held[id_][0]))),
            unchanged=tuple(id_ for id_, state in here.items() if known.get(id_) == state),
            skipped=self.skipped,
            paths={id_: state[0] for id_, state in held.items()} | {one.source_id: one.path for one in self.found},
        )

    def _out_of_reach(self, path: str) -> bool:
        """Whether a file is there and cannot be opened just now (a permission, a disk): no reason to forget what it holds."""
        try:
            os.close(os.open(self.corpus / path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)))
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        return False


def _without_a_document(file: str, sources: Iterable[str], known: Collection[str]) -> list[Skipped]:
    unknown = [source_id for source_id in sources if source_id not in known]
    what = "its questions for “{}” have no document"
    advice = "Put the document in the folder, correct the id, or remove those lines."
    return [Skipped(file, what.format("”, “".join(unknown)), advice)] if unknown else []


def _without_copies(
    found: Iterable[FoundFile], catalogue: Catalogue, held: set[str]
) -> tuple[tuple[FoundFile, ...], list[Skipped]]:
    """Of files with the same bytes one is read: the one in the catalogue, else the one that is held already, else the one of
    the shortest path. The others are told as its copies."""
    first: dict[str, FoundFile] = {}
    copies: list[FoundFile] = []
    for file in sorted(found, key=lambda f: (catalogue.entry(f.path) is None, f.path not in held, len(f.path), f.path)):
        if first.setdefault(file.sha256, file) is not file:
            copies.append(file)
    told = [_copy(file.path, f"it is the same file as {first[file.sha256].path}, byte for byte") for file in copies]
    return tuple(sorted(first.values(), key=lambda file: file.path)), sorted(told, key=lambda one: one.path)


def _copy(path: str, reason: str) -> Skipped:
    return Skipped(path, reason, "Nothing is lost: the other one is read. Keep one of the two.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:16]


@dataclass(slots=True)
class _Update:
    folder: _Folder
    root: Path
    ingest_settings: IngestSettings
    settings: IndexSettings
    embedding: Embeds
    library: Library
    on_progress: Progress
    tally: _Tally = field(default_factory=_Tally)
    settled: set[str] = field(default_factory=set)  # what the library holds for these is what it will hold

    def run(self) -> BuildReport:
        held = self.library.states()
        planned = self.folder.compared(held)
        self.tally.skipped.extend(self.folder.skipped)
        changed = {*planned.added, *planned.replaced}
        self.settled.update(planned.unchanged)
        failed = set()
        for done, found in enumerate(self.folder.found):
            self.on_progress(found.path, done, len(self.folder.found), "files")
            if found.source_id in changed and not self._bring_in(found, known=found.source_id in held):
                failed.add(found.source_id)
        self.on_progress("files", len(self.folder.found), len(self.folder.found), "files")
        self.library.put_skipped(self.tally.skipped)
        self._refuse_emptiness(planned)
        # A file that was read once and holds no text now keeps no old text behind.
        removed = sorted({*planned.removed, *(failed & set(held))})
        for source_id in removed:
            self.library.remove(source_id)
        self._store_unanswerable()
        return self._finish(tuple(removed), planned.unchanged)

    def _refuse_emptiness(self, planned: Plan) -> None:
        if self.tally.added or self.tally.replaced or planned.unchanged:
            return
        reasons = "".join(f" {skipped.path}: {skipped.reason}." for skipped in self.tally.skipped[:3])
        kept = f" To forget what is indexed, remove the folder {self.root}." if self.library.states() else ""
        raise IndexProblem(
            f"There is no document to read in {self.folder.corpus}.{reasons} Put documents there, then run: "
            f"python app.py index. Nothing was removed from the index.{kept}"
        )

    def _bring_in(self, found: FoundFile, known: bool) -> bool:
        """Read and store one file; False when it gives no text."""
        try:
            document = read_file(found, self.folder.catalogue, self.ingest_settings)
        except UnreadableFile as error:
            self.tally.skipped.append(Skipped(found.path, error.reason, error.advice))
            return False
        passages = passages_of(document, self.settings.split)
        if twin := self.library.twin([p.text for p in passages], self.settled):
            path = self.library.states()[twin][0]
            self.tally.skipped.append(_copy(found.path, f"its text is that of {path}, word for word"))
            return False
        self._store(document, passages)
        self.settled.add(found.source_id)
        (self.tally.replaced if known else self.tally.added).append(found.source_id)
        self.tally.warnings.extend(f"{found.path}: {warning.text}" for warning in document.warnings)
        return True

    def _store(self, document: Document, made: list[Passage]) -> None:
        state, questions = self.folder.states[document.source_id], self.folder.questions[document.source_id]
        passages = [(p, embedded_text(document, p)) for p in made]
        tied = tie(questions, made)
        self._embed([text for _, text in passages], document.source_id)
        self._embed([one.text for one in tied], f"{document.source_id}: questions")
        self._embed_asked([one.text for one in tied], f"{document.source_id}: what they ask")
        # Only now, with every vector on disk, does the new text replace the old.
        self.library.put(document, state, passages, tied)

    def _embed(self, texts: list[str], what: str) -> None:
        self._put({vector_key(self.embedding.fingerprint, text): text for text in texts}, self.embedding.encode, what)

    def _embed_asked(self, texts: list[str], what: str) -> None:
        keys = {asked_key(self.embedding.fingerprint, text): text for text in texts}
        self._put(keys, self.embedding.encode_asked, what)

    def _put(self, keys: dict[str, str], encode: Callable[[Sequence[str]], list[Encoded]], what: str) -> None:
        if not keys:
            return
        missing = self.library.missing(keys)
        new = [key for key in keys if key in missing]
        for at in range(0, len(new), _BATCH):
            self.on_progress(what, at, len(new), "texts")
            batch = new[at : at + _BATCH]
            self.library.put_vectors(zip(batch, encode([keys[k] for k in batch]), strict=True))
        if new:
            self.on_progress(what, len(new), len(new), "texts")
        self.tally.embedded += len(new)

    def _store_unanswerable(self) -> None:
        """What the documents do not answer is of all of them together."""
        about = dict.fromkeys(
            line.source for line in self.folder.unanswered if line.source
        )  # not the whole of a large shelf
        asked = unanswerable(self.folder.unanswered, [p for id_ in about for p in self.library.passages(id_)])
        self._embed_asked([one.text for one in asked], "unanswerable questions")
        self.library.put_unanswerable(asked)

    def _finish(self, removed: tuple[str, ...], unchanged: tuple[str, ...]) -> BuildReport:
        serving = generation.current(self.root)
        published = serving is None or not self._sound(serving)
        if serving is None or published:
            serving = generation.make(
                self.root,
                self.library,
                self.settings,
                self.embedding.fingerprint,
                self.embedding.dimensions,
                lambda stage: self.on_progress(stage, 0, 0),
            )
        if self.library.owes_forgetting():
            self.on_progress("clearing away what was removed", 0, 0)
            self._forget(serving)
        manifest = generation.read_manifest(serving)
        return BuildReport(
            tuple(self.tally.added),
            tuple(self.tally.replaced),
            removed,
            unchanged,
            tuple(self.tally.skipped),
            tuple(self.tally.warnings),
            self._near_duplicates(),
            self.tally.embedded,
            manifest.passages,
            published,
            manifest.fingerprint,
        )

    def _near_duplicates(self) -> tuple[Alike, ...]:
        """Of what was brought in."""
        changed = {*self.tally.added, *self.tally.replaced}
        if not changed:
            return ()
        self.on_progress("looking for passages that say nearly the same", 0, 0)
        passages, sketched = self.library.passages(), self.library.sketches()
        new = [p for p in passages if p.id not in sketched]
        made = list(zip([p.id for p in new], sketches(p.text for p in new), strict=True))
        self.library.put_sketches(made)
        return tuple(near_duplicates(passages, sketched | dict(made), changed))

    def _sound(self, serving: Path) -> bool:
        """Whether what serves is whole, fits the settings and holds what the library holds: a run may have been stopped
        between the two, and an older generation may serve again."""
        try:
            manifest = generation.read_manifest(serving)
            if manifest.fingerprint != generation.content_of(self.library, manifest.meaning, manifest.model):
                return False
            if generation.unlike(serving, self.settings, self.embedding.fingerprint):
                return False
            if self.settings.chroma.host and manifest.library != self.library.identity():
                return False  # its vectors on the server belong to the library that this one was copied from
            generation.check(serving)
            with open_collection(self.settings.chroma, serving / "chroma", manifest):
                return True
        except IndexDamaged:
            return False

    def _forget(self, serving: Path) -> None:
        """Text that was removed or replaced leaves the disk: its vectors, and older generations that still hold it."""
        generation.sweep(self.root, {serving})
        generation.sweep_collections(self.root, self.library, self.settings)
        self.library.sweep(self.library.keys(self.embedding.fingerprint))
        self.library.forget()


def embedded_text(document: Document, passage: Passage) -> str:
    """What the model sees: the title and the headings in front of the words. The name of a file is no title: it says little,
    and renaming a file must not cost its vectors."""
    title = "" if ("title", "file name") in document.metadata.origins else document.metadata.title
    heading = " > ".join(passage.where.heading)
    before = f"{title}. {heading}" if title and heading else title or heading
    return f"{before}\n{passage.text}" if before else passage.text
