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
from pydantic import BaseModel, ConfigDict, ValidationError

from index.chroma import collection_name, open_chroma
from index.errors import IndexDamaged, IndexMissing
from index.lexical import LexicalIndex
from index.library import Library, vector_key
from index.settings import IndexSettings

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
    text = f"{model}|{settings.split.model_dump_json()}|passages/1"
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
    LexicalIndex.build(list(embedded), list(embedded.values())).save(_sub(working, "bm25"))
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
    bounds, seen = [0], np.zeros(1, dtype=np.int64)
    with (folder / "tokens.i8").open("wb") as out:
        for key in keys.values():
            ids, rows = library.tokens(key)
            out.write(rows.tobytes())
            bounds.append(bounds[-1] + len(ids))
            unique = np.unique(ids)
            if len(unique) and unique[-1] >= len(seen):
                seen = np.pad(seen, (0, int(unique[-1]) + 1 - len(seen)))
            seen[unique] += 1
    seen = np.pad(seen, (0, max(0, 65536 - len(seen))))  # ids of words that no passage holds count as rarest
    rarity = np.log(1 + (len(keys) - seen + 0.5) / (seen + 0.5)).astype(np.float32)
    np.save(folder / "bounds.npy", np.asarray(bounds, dtype=np.int64))
    np.save(folder / "rarity.npy", rarity)
    np.save(folder / "dimensions.npy", np.asarray(dimensions))
    (folder / "ids.txt").write_text("\n".join(keys), encoding="utf-8")


def _write_questions(folder: Path, library: Library, model: str, dimensions: int) -> None:
    questions = library.questions()
    rows = [library.pooled(vector_key(model, text)) for _, text in questions]
    matrix = np.asarray(rows, dtype=np.float16) if rows else np.zeros((0, dimensions), dtype=np.float16)
    np.save(folder / "vectors.npy", matrix)
    (folder / "questions.json").write_text(json.dumps(questions), encoding="utf-8")


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
