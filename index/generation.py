"""One generation of the derived index: made beside the old one, proved, then switched to by an atomic rename.

Layout of a generation folder: `chroma/` (vectors), `bm25/`, `tokens/` (token vectors), `questions/`,
`asked/` and `unanswerable/` (what a question is compared with), `vocabulary.txt`, `abbreviations.json`, `trust.json` (which
passages say little), `shelf.sqlite` (texts as they were when it was made) and `manifest.json` (what it was made with, and a
digest of every file that a reader maps or parses without checking). Chroma 1.5 rewrites its files in place and a torn one ends the process, so a
generation is never changed after it is published. A file that two of them hold alike is one file with two names.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Set
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.chroma import collection_name, forget_collections, place_of
from index.derive import Before, Content, holds_all_of, write
from index.errors import IndexDamaged, IndexMissing, IndexStale, IndexUnproved
from index.files import sha256, sync
from index.library import Library, vector_key
from index.settings import IndexSettings
from ingest import READING

_NAME = re.compile(r"gen-\d{4,}")
_UNFINISHED = ".tmp"
_PROOF_SECONDS = 600


class Manifest(BaseModel):
    """What a generation was made with. `store` is where its vectors are and `collection` their name there; `library` is
    the identity of the library it was made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: str
    meaning: str
    model: str
    chroma: str
    store: str
    collection: str
    library: str
    passages: int
    documents: int
    questions: int
    unanswerable: int
    digests: dict[str, str]


def meaning_of(settings: IndexSettings, model: str) -> str:
    """What decides how a document becomes passages and vectors. Another value means that it must be made anew."""
    text = f"{model}|{settings.split.model_dump_json()}|layout/8|reading/{READING}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def content_of(library: Library, meaning: str, model: str) -> str:
    """The fingerprint of the generation that would be made of the library as it is now."""
    keys = {id_: vector_key(model, text) for id_, text in library.embedded_texts().items()}
    asked = [sorted(library.questions()), library.unanswerable()]
    content = [meaning, sorted(library.states().items()), sorted(keys.items()), asked]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]


def current(root: Path) -> Path | None:
    """The folder of the generation that serves; None when there is none."""
    pointer = root / "CURRENT"
    if not pointer.is_file():
        return None
    name = pointer.read_text(encoding="utf-8", errors="replace").strip()
    folder = root / name
    return folder if _NAME.fullmatch(name) and folder.is_dir() else None


def read_manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (FileNotFoundError, ValidationError) as error:
        raise IndexDamaged(f"{folder.name} has no sound manifest. Run: python app.py index") from error


def check(folder: Path) -> None:
    """Raises IndexDamaged when a file that is read without checking is not the one that was published."""
    for name, digest in read_manifest(folder).digests.items():
        file = folder / name
        if not file.is_file() or sha256(file) != digest:
            raise IndexDamaged(f"{folder.name}/{name} is not as it was published. Run: python app.py index")


def unlike(folder: Path, settings: IndexSettings, model: str) -> str:
    """What the generation was made with that is not what the settings say; empty when it fits them."""
    manifest, place = read_manifest(folder), place_of(settings.chroma)
    if manifest.model != model:
        return f"with the embedding model {manifest.model}, the settings say {model}"
    if manifest.meaning != meaning_of(settings, model):
        return "with other settings for passages"
    if manifest.store != place:
        return f"with its vectors in Chroma ({manifest.store}), the settings say {place}"
    if manifest.chroma != version("chromadb"):
        return f"by Chroma {manifest.chroma}, installed is {version('chromadb')}"
    return ""


def serving(root: Path, settings: IndexSettings, model: str) -> Path:
    """The folder of the generation that serves and fits the settings. Raises IndexMissing, IndexStale, IndexDamaged."""
    folder = current(root)
    if folder is None:
        raise IndexMissing(f"There is no index in {root}. Run: python app.py index")
    if difference := unlike(folder, settings, model):
        raise IndexStale(f"The index was made {difference}. Run: python app.py index")
    check(folder)
    return folder


def mark(root: Path) -> tuple[int, int]:
    """Another value, another generation serves: each switch puts a new file in place. Costs one look at the disk."""
    try:
        found = (root / "CURRENT").stat()
    except OSError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


def make(
    root: Path,
    library: Library,
    settings: IndexSettings,
    model: str,
    dimensions: int,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Path:
    """Build, prove and publish a generation from the library. Returns its folder; until then the old one serves."""
    content = Content(library, model, dimensions)
    if before := _before(root, content, settings):
        try:
            return _make(root, content, settings, before, on_stage)
        except IndexDamaged:
            on_stage("making it anew: the index that serves is damaged")
    return _make(root, content, settings, None, on_stage)


def _before(root: Path, content: Content, settings: IndexSettings) -> Before | None:
    """What serves, where it is sound and only lacks what was added since."""
    folder = current(root)
    try:
        if folder is None or unlike(folder, settings, content.model):
            return None
        check(folder)  # before anything is read in it
        if not holds_all_of(content.library, folder):
            return None
        manifest = read_manifest(folder)
    except IndexDamaged:
        return None
    return Before(folder, manifest.collection, manifest.digests)


def _make(
    root: Path, content: Content, settings: IndexSettings, before: Before | None, on_stage: Callable[[str], None]
) -> Path:
    _clear(root)
    folder = root / f"gen-{_next_number(root):04d}"
    working = root / f"{folder.name}{_UNFINISHED}"
    working.mkdir(parents=True)
    collection = collection_name(folder.name, content.library.identity() if settings.chroma.host else "")
    try:
        write(working, collection, content, settings.chroma, before, on_stage)
        manifest = _manifest(working, collection, content, settings, before)
        (working / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        on_stage("proving it in a process of its own")
        prove(working, settings)
        on_stage("switching to it")
        _publish(root, working, folder)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    sweep_collections(root, content.library, settings)
    return folder


def _generations(root: Path) -> list[Path]:
    """Published ones, oldest first."""
    folders = [path for path in root.glob("gen-*") if _NAME.fullmatch(path.name)]
    return sorted(folders, key=lambda path: int(path.name.removeprefix("gen-")))


def _next_number(root: Path) -> int:
    return max((int(path.name.removeprefix("gen-")) for path in _generations(root)), default=0) + 1


def _clear(root: Path) -> None:
    """Remove what a stopped run left unfinished."""
    for path in root.glob(f"gen-*{_UNFINISHED}"):
        shutil.rmtree(path, ignore_errors=True)


def _manifest(
    working: Path, collection: str, content: Content, settings: IndexSettings, before: Before | None
) -> Manifest:
    library, meaning = content.library, meaning_of(settings, content.model)
    return Manifest(
        fingerprint=content_of(library, meaning, content.model),
        meaning=meaning,
        model=content.model,
        chroma=version("chromadb"),
        store=place_of(settings.chroma),
        collection=collection,
        library=library.identity(),
        passages=len(content.embedded),
        documents=len(library.states()),
        questions=len(library.questions()),
        unanswerable=len(library.unanswerable()),
        digests=_digests(working, before),
    )


def _digests(working: Path, before: Before | None) -> dict[str, str]:
    """Of the files that nobody writes to any more. Those that are also files of the generation before were held against
    theirs a moment ago."""
    digests = {}
    for file in sorted(working.rglob("*")):
        name = file.relative_to(working).as_posix()
        if _is_fixed(file, name):
            known = before.digests.get(name) if before and _same_file(before.folder / name, file) else None
            digests[name] = known or sha256(file)
    return digests


def _same_file(one: Path, other: Path) -> bool:
    return one.is_file() and one.samefile(other)


def _is_fixed(file: Path, name: str) -> bool:
    """Whether nobody writes to the file after this. Chroma writes to its SQLite file when it is merely opened; as long as
    it keeps its vectors there (it moves them to files of their own at about a thousand), it also makes the other files
    anew each time."""
    in_chroma_log_only = name.startswith("chroma/") and not (file.parent / "index_metadata.pickle").is_file()
    return file.is_file() and file.suffix != ".sqlite3" and not in_chroma_log_only


def prove(folder: Path, settings: IndexSettings, python: str = sys.executable) -> None:
    """Open it in a fresh process: a torn Chroma index ends the process that opens it, and it must not be ours. `python` is
    the program that runs it. Raises IndexDamaged, and IndexUnproved when no such process can be started."""
    command = [python, "-X", "faulthandler", "-m", "index.probe", str(folder.resolve())]
    chroma = settings.chroma.model_dump() | {"token": settings.chroma.token.get_secret_value()}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(chroma),
            capture_output=True,
            text=True,
            timeout=_PROOF_SECONDS,
            cwd=Path(__file__).parent.parent,
        )
    except subprocess.TimeoutExpired as error:
        raise IndexDamaged(
            f"{_shown(folder)} was not checked within {_PROOF_SECONDS} seconds and is not used. Try again."
        ) from error
    except OSError as error:
        raise IndexUnproved(
            f"{_shown(folder)} could not be checked: {python} cannot be started ({error.strerror or error}). See that this "
            "user may run it and that there is memory for it, then try again. What served goes on serving."
        ) from error
    if done.returncode != 0:
        raise IndexDamaged(
            f"{_shown(folder)} did not pass its check and is not used: {_last_words(done.stderr, done.returncode)}"
        )


def _shown(folder: Path) -> str:
    return "The new index" if folder.suffix == _UNFINISHED else folder.name


def _last_words(said: str, status: int) -> str:
    return said.strip()[-500:] or f"it ended the process that opened it (status {status})"


def _publish(root: Path, working: Path, folder: Path) -> None:
    before = current(root)
    for file in working.rglob("*"):
        sync(file)
    os.rename(working, folder)
    switch(root, folder.name)
    sweep(root, {folder, before} if before else {folder})


def switch(root: Path, name: str) -> None:
    """Make `name` the generation that serves; it does or it does not, whatever happens in between."""
    waiting = root / "CURRENT.tmp"
    waiting.write_text(name, encoding="utf-8")
    sync(waiting)
    os.replace(waiting, root / "CURRENT")
    sync(root)


def sweep(root: Path, keep: Set[Path]) -> None:
    """Remove all generations but those to keep, and what a stopped run left behind."""
    for path in root.glob("gen-*"):
        if path not in keep:
            shutil.rmtree(path, ignore_errors=True)


def sweep_collections(root: Path, library: Library, settings: IndexSettings) -> None:
    """Remove the collections of this library from a Chroma server that no generation on disk uses."""
    if settings.chroma.host:
        names = {name for folder in _generations(root) if (name := _collection_of(folder))}
        forget_collections(settings.chroma, library.identity(), names)


def _collection_of(folder: Path) -> str | None:
    try:
        return read_manifest(folder).collection
    except IndexDamaged:
        return None


def previous(root: Path) -> Path:
    """The generation before the one that serves. Raises IndexMissing when there is none."""
    serving, every = current(root), _generations(root)
    older = every[: every.index(serving)] if serving in every else []
    if not older:
        raise IndexMissing(
            "There is no earlier index to go back to. One is kept only as long as everything in it is still in the "
            "folder of documents, so that removed text is nowhere on disk."
        )
    return older[-1]
