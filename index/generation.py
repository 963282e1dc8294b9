"""One generation of the derived index: made beside the old one, proved, then switched to by an atomic rename.

Layout of a generation folder: `chroma/` (vectors), `bm25/`, `tokens/` (token vectors), `questions/`, `shelf.sqlite`
(texts as they were when it was made) and `manifest.json` (what it was made with, and a digest of every file that a
reader maps or parses without checking). Chroma 1.5 rewrites its files in place and a torn one ends the process, so a
generation is never changed after it is published.
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

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from index.chroma import collection_name, forget_collections, open_chroma, place_of, told
from index.errors import IndexDamaged, IndexMissing, IndexStale
from index.lexical import LexicalIndex
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
    digests: dict[str, str]


def meaning_of(settings: IndexSettings, model: str) -> str:
    """What decides how a document becomes passages and vectors. Another value means that it must be made anew."""
    text = f"{model}|{settings.split.model_dump_json()}|layout/4|reading/{READING}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def content_of(library: Library, meaning: str, model: str) -> str:
    """The fingerprint of the generation that would be made of the library as it is now."""
    keys = {id_: vector_key(model, text) for id_, text in library.embedded_texts().items()}
    content = [meaning, sorted(library.states().items()), sorted(keys.items()), sorted(library.questions())]
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
        if not file.is_file() or _sha256(file) != digest:
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
    _clear(root)
    folder = root / f"gen-{_next_number(root):04d}"
    working = root / f"{folder.name}{_UNFINISHED}"
    working.mkdir(parents=True)
    try:
        _write(working, folder.name, library, settings, model, dimensions, on_stage)
        on_stage("proving it in a process of its own")
        prove(working, settings)
        on_stage("switching to it")
        _publish(root, working, folder)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    sweep_collections(root, library, settings)
    return folder


def _write(
    working: Path,
    name: str,
    library: Library,
    settings: IndexSettings,
    model: str,
    dimensions: int,
    on_stage: Callable[[str], None],
) -> None:
    embedded = library.embedded_texts()
    keys = {id_: vector_key(model, text) for id_, text in embedded.items()}
    on_stage("writing vectors")
    collection = collection_name(name, library.identity() if settings.chroma.host else "")
    _write_chroma(working, collection, library, settings, keys, model)
    on_stage("writing words")
    _write_words(working, library, embedded)
    _write_tokens(_sub(working, "tokens"), library, keys, dimensions)
    _write_questions(_sub(working, "questions"), library, model, dimensions)
    library.copy_to(working / "shelf.sqlite")
    manifest = _manifest(working, collection, library, settings, model)
    (working / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")


def _sub(folder: Path, name: str) -> Path:
    sub = folder / name
    sub.mkdir()
    return sub


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


def _write_chroma(
    working: Path, name: str, library: Library, settings: IndexSettings, keys: dict[str, str], model: str
) -> None:
    """All vectors into a collection of this generation, by upsert with our own ids."""
    with open_chroma(settings.chroma, working / "chroma") as client, told(settings.chroma):
        if name in [collection.name for collection in client.list_collections()]:
            client.delete_collection(name)  # on a server, a stopped run may have left half of it
        # Chroma's graph is made anew in part by several threads whenever it is opened. With its own values (100 and 100)
        # two openings of one index do not find quite the same.
        collection = client.create_collection(
            name,
            metadata={"model": model},
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 500}},
        )
        passages = library.passages()
        for at in range(0, len(passages), 200):
            batch = passages[at : at + 200]
            collection.upsert(
                ids=[p.id for p in batch],
                embeddings=[library.pooled(keys[p.id]) for p in batch],
                metadatas=[{"source_id": p.source_id, "kind": p.kind} for p in batch],
                documents=[p.id for p in batch],  # the text is in the shelf; a second copy would have to be removed too
            )


def _write_tokens(folder: Path, library: Library, keys: dict[str, str], dimensions: int) -> None:
    """Token vectors by id, and how rare each token is among these texts."""
    bounds, all_ids = [0], [np.zeros(0, dtype=np.int32)]
    with (folder / "tokens.i8").open("wb") as out:
        for key in keys.values():
            ids, rows = library.tokens(key)
            out.write(rows.tobytes())
            all_ids.append(ids)
            bounds.append(bounds[-1] + len(ids))
    np.save(folder / "bounds.npy", np.asarray(bounds, dtype=np.int64))
    np.save(folder / "token_ids.npy", np.concatenate(all_ids))
    np.save(folder / "rarity.npy", _rarity(all_ids[1:]))
    np.save(folder / "dimensions.npy", np.asarray(dimensions))
    (folder / "ids.txt").write_text("\n".join(keys), encoding="utf-8")


def _rarity(texts: list[NDArray[np.int32]]) -> NDArray[np.float32]:
    """Inverse document frequency by token id; the last place is for ids beyond, which no text holds."""
    seen = np.zeros(max([0, *(int(ids.max()) + 1 for ids in texts if len(ids))]) + 1, dtype=np.int64)
    for ids in texts:
        seen[np.unique(ids)] += 1
    return np.asarray(np.log(1 + (len(texts) - seen + 0.5) / (seen + 0.5)), dtype=np.float32)


def _write_questions(folder: Path, library: Library, model: str, dimensions: int) -> None:
    questions = library.questions()
    keys = [vector_key(model, one.text) for one in questions]
    rows = [library.pooled(key) for key in keys]
    matrix = np.asarray(rows, dtype=np.float16) if rows else np.zeros((0, dimensions), dtype=np.float16)
    np.save(folder / "pooled.npy", matrix)
    places = [(one.passage_id, one.start, one.end) for one in questions]
    (folder / "places.json").write_text(json.dumps(places), encoding="utf-8")
    _write_tokens(folder, library, {f"q{n}": key for n, key in enumerate(keys)}, dimensions)


def _write_words(working: Path, library: Library, embedded: dict[str, str]) -> None:
    """Two word indexes: of the texts alone, and of the texts with the questions that they answer behind them."""
    asked: dict[str, list[str]] = {}
    for one in library.questions():
        asked.setdefault(one.passage_id, []).append(one.text)
    expanded = [" ".join((text, *asked.get(id_, ()))) for id_, text in embedded.items()]
    LexicalIndex.build(list(embedded), list(embedded.values())).save(_sub(working, "bm25"))
    LexicalIndex.build(list(embedded), expanded).save(_sub(working, "bm25-expanded"))


def _manifest(working: Path, collection: str, library: Library, settings: IndexSettings, model: str) -> Manifest:
    meaning = meaning_of(settings, model)
    return Manifest(
        fingerprint=content_of(library, meaning, model),
        meaning=meaning,
        model=model,
        chroma=version("chromadb"),
        store=place_of(settings.chroma),
        collection=collection,
        library=library.identity(),
        passages=len(library.embedded_texts()),
        documents=len(library.states()),
        questions=len(library.questions()),
        digests={f.relative_to(working).as_posix(): _sha256(f) for f in sorted(working.rglob("*")) if _is_fixed(f)},
    )


def _is_fixed(file: Path) -> bool:
    """Whether nobody writes to the file after this. Chroma writes to its SQLite file when it is merely opened; as long as
    it keeps its vectors there (it moves them to files of their own at about a thousand), it also makes the other files
    anew each time."""
    in_chroma_log_only = "chroma" in file.parts and not (file.parent / "index_metadata.pickle").is_file()
    return file.is_file() and file.suffix != ".sqlite3" and not in_chroma_log_only


def prove(folder: Path, settings: IndexSettings) -> None:
    """Open it in a fresh process: a torn Chroma index ends the process that opens it, and it must not be ours. Raises
    IndexDamaged."""
    command = [sys.executable, "-X", "faulthandler", "-m", "index.probe", str(folder.resolve())]
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
        _sync(file)
    os.rename(working, folder)
    switch(root, folder.name)
    sweep(root, {folder, before} if before else {folder})


def switch(root: Path, name: str) -> None:
    """Make `name` the generation that serves; it does or it does not, whatever happens in between."""
    waiting = root / "CURRENT.tmp"
    waiting.write_text(name, encoding="utf-8")
    _sync(waiting)
    os.replace(waiting, root / "CURRENT")
    _sync(root)


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


def _sync(path: Path) -> None:
    """Flush one file or folder to disk; folders cannot be opened for this on every platform."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
