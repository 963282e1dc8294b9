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
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from index.chroma import collection_name, open_chroma
from index.errors import IndexDamaged, IndexMissing
from index.lexical import LexicalIndex
from index.library import Library, vector_key
from index.settings import IndexSettings

_VOCABULARY = 65536  # more word pieces than a model of this kind has
_KEEP = 2  # the one that serves and the one before it


class Manifest(BaseModel):
    """What a generation was made with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: str
    model: str
    chroma: str
    passages: int
    documents: int
    questions: int
    digests: dict[str, str]


def meaning_of(settings: IndexSettings, model: str) -> str:
    """What decides how a document becomes passages and vectors. Another value means that it must be made anew."""
    text = f"{model}|{settings.split.model_dump_json()}|layout/2"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def current(root: Path) -> Path | None:
    """The folder of the generation that serves; None when there is none."""
    pointer = root / "CURRENT"
    if not pointer.is_file():
        return None
    folder = root / pointer.read_text(encoding="utf-8").strip()
    return folder if folder.is_dir() else None


def read_manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(f"{folder.name} has no sound manifest. Run: python app.py index") from error


def check(folder: Path) -> None:
    """Raises IndexDamaged when a file that is read without checking is not the one that was published."""
    for name, digest in read_manifest(folder).digests.items():
        file = folder / name
        if not file.is_file() or _sha256(file) != digest:
            raise IndexDamaged(f"{folder.name}/{name} is not as it was published. Run: python app.py index")


def make(
    root: Path,
    library: Library,
    settings: IndexSettings,
    model: str,
    dimensions: int,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Path:
    """Build, prove and publish a generation from the library. Returns its folder; until then the old one serves."""
    folder = root / f"gen-{_next_number(root):04d}"
    working = root / f"{folder.name}.tmp"
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    embedded = library.embedded_texts()
    keys = {id_: vector_key(model, text) for id_, text in embedded.items()}
    on_stage("writing vectors")
    _write_chroma(working, folder.name, library, settings, keys)
    on_stage("writing words")
    _write_words(working, library, embedded)
    _write_tokens(_sub(working, "tokens"), library, keys, dimensions)
    _write_questions(_sub(working, "questions"), library, model, dimensions)
    library.copy_to(working / "shelf.sqlite")
    manifest = _manifest(working, library, settings, model, keys)
    (working / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    on_stage("proving it in a process of its own")
    _prove(working, folder.name, settings)
    _publish(root, working, folder)
    return folder


def _sub(folder: Path, name: str) -> Path:
    sub = folder / name
    sub.mkdir()
    return sub


def _next_number(root: Path) -> int:
    numbers = [int(path.name[4:8]) for path in root.glob("gen-[0-9][0-9][0-9][0-9]*")]
    return max(numbers, default=0) + 1


def _write_chroma(working: Path, name: str, library: Library, settings: IndexSettings, keys: dict[str, str]) -> None:
    """All vectors into a collection of this generation, by upsert with our own ids."""
    with open_chroma(settings.chroma, working / "chroma") as client:
        collection = client.get_or_create_collection(
            collection_name(name), embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
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
    """Inverse document frequency by token id; an id that no text holds counts as rarest."""
    seen = np.zeros(max([_VOCABULARY, *(int(ids.max()) + 1 for ids in texts if len(ids))]), dtype=np.int64)
    for ids in texts:
        seen[np.unique(ids)] += 1
    return np.asarray(np.log(1 + (len(texts) - seen + 0.5) / (seen + 0.5)), dtype=np.float32)


def _write_questions(folder: Path, library: Library, model: str, dimensions: int) -> None:
    questions = library.questions()
    keys = [vector_key(model, text) for _, text in questions]
    rows = [library.pooled(key) for key in keys]
    matrix = np.asarray(rows, dtype=np.float16) if rows else np.zeros((0, dimensions), dtype=np.float16)
    np.save(folder / "pooled.npy", matrix)
    (folder / "passages.json").write_text(json.dumps([passage_id for passage_id, _ in questions]), encoding="utf-8")
    _write_tokens(folder, library, {f"q{n}": key for n, key in enumerate(keys)}, dimensions)


def _write_words(working: Path, library: Library, embedded: dict[str, str]) -> None:
    """Two word indexes: of the texts alone, and of the texts with the questions that they answer behind them."""
    asked: dict[str, list[str]] = {}
    for passage_id, question in library.questions():
        asked.setdefault(passage_id, []).append(question)
    expanded = [" ".join((text, *asked.get(id_, ()))) for id_, text in embedded.items()]
    LexicalIndex.build(list(embedded), list(embedded.values())).save(_sub(working, "bm25"))
    LexicalIndex.build(list(embedded), expanded).save(_sub(working, "bm25-expanded"))


def _manifest(working: Path, library: Library, settings: IndexSettings, model: str, keys: dict[str, str]) -> Manifest:
    import chromadb

    digests = {f.relative_to(working).as_posix(): _sha256(f) for f in sorted(working.rglob("*")) if _is_fixed(f)}
    questions = library.questions()
    content = json.dumps([meaning_of(settings, model), sorted(keys.items()), sorted(questions)])
    return Manifest(
        fingerprint=hashlib.sha256(content.encode()).hexdigest()[:12],
        model=model,
        chroma=chromadb.__version__,
        passages=len(keys),
        documents=len(library.states()),
        questions=len(questions),
        digests=digests,
    )


def _is_fixed(file: Path) -> bool:
    """Whether nobody writes to the file after this. SQLite checks itself, and Chroma writes to its own when it is merely
    opened; as long as it keeps its vectors there (it moves them to files of their own at about a thousand), it also makes
    the other files anew each time."""
    in_chroma_log_only = "chroma" in file.parts and not (file.parent / "index_metadata.pickle").is_file()
    return file.is_file() and file.suffix not in (".sqlite", ".sqlite3") and not in_chroma_log_only


def _prove(working: Path, name: str, settings: IndexSettings) -> None:
    """Open it in a fresh process: a torn Chroma index ends the process that opens it, and it must not be ours."""
    command = [
        sys.executable,
        "-X",
        "faulthandler",
        "-m",
        "index.probe",
        str(working),
        name,
        settings.chroma.model_dump_json(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=Path(__file__).parent.parent)
    if done.returncode != 0:
        raise IndexDamaged(f"The new index did not pass its check and is not used: {done.stderr.strip()[-500:]}")


def _publish(root: Path, working: Path, folder: Path) -> None:
    for file in working.rglob("*"):
        _sync(file)
    os.rename(working, folder)
    switch(root, folder.name)
    sweep(root)


def switch(root: Path, name: str) -> None:
    """Make `name` the generation that serves; it does or it does not, whatever happens in between."""
    waiting = root / "CURRENT.tmp"
    waiting.write_text(name, encoding="utf-8")
    _sync(waiting)
    os.replace(waiting, root / "CURRENT")
    _sync(root)


def sweep(root: Path, keep: int = _KEEP) -> None:
    """Remove generations that neither serve nor came just before, and what a stopped run left behind."""
    serving = current(root)
    if serving is None:
        return
    older = sorted(p for p in root.glob("gen-[0-9][0-9][0-9][0-9]") if p.name < serving.name)
    wanted = {serving, *older[-(keep - 1) :]} if keep > 1 else {serving}
    for path in root.glob("gen-*"):
        if path not in wanted:
            shutil.rmtree(path, ignore_errors=True)


def previous(root: Path) -> Path:
    """The generation before the one that serves. Raises IndexMissing when there is none."""
    serving = current(root)
    older = sorted(p for p in root.glob("gen-[0-9][0-9][0-9][0-9]") if serving and p.name < serving.name)
    if not older:
        raise IndexMissing("There is no earlier index to go back to.")
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
