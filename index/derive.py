"""What a generation holds, made from the library: vectors, words, token vectors, texts.

Where only new passages came in, what the generation before it holds is taken over (`Before`), so that one more document costs
its own passages and not all of them.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.abbreviations import write_introduced
from index.chroma import open_chroma, told
from index.errors import IndexDamaged
from index.expansion import write_questions
from index.files import link, sha256
from index.lexical import LexicalIndex
from index.library import Library, Outline, vector_key
from index.library import told as library_told
from index.near_misses import write_asked, write_unanswerable
from index.settings import ChromaSettings
from index.substance import read_trust, write_trust
from index.tokens import TokenVectors, write_tokens
from index.words import stems, vocabulary

if TYPE_CHECKING:
    from chromadb import Collection

_BATCH = 200
VOCABULARY, ABBREVIATIONS, TRUST = "vocabulary.txt", "abbreviations.json", "trust.json"


@dataclass(frozen=True)
class Content:
    """What the library holds for one model. `dimensions` are those of its vectors."""

    library: Library
    model: str
    dimensions: int

    @cached_property
    def embedded(self) -> dict[str, str]:
        """passage id -> the text its vector was made from."""
        return self.library.embedded_texts()

    @cached_property
    def keys(self) -> dict[str, str]:
        """passage id -> the key of its vector."""
        return {id_: vector_key(self.model, text) for id_, text in self.embedded.items()}


@dataclass(frozen=True, slots=True)
class Before:
    """A sound generation that holds nothing but what the library still holds. `digests` are those of its files."""

    folder: Path
    collection: str
    digests: Mapping[str, str]

    def shelf(self) -> Library:
        return Library(self.folder / "shelf.sqlite", fixed=True)


def holds_all_of(library: Library, folder: Path) -> bool:
    """Whether the library has every passage of a generation, unchanged, and more."""
    with Library(folder / "shelf.sqlite", fixed=True) as shelf:
        was, now = shelf.outlines(), library.outlines()
    return len(was) < len(now) and was.items() <= now.items()


def write(
    working: Path,
    collection: str,
    content: Content,
    chroma: ChromaSettings,
    before: Before | None,
    on_stage: Callable[[str], None],
) -> None:
    """Fill the empty folder of a generation. Raises IndexDamaged when `before` turns out not to be sound."""
    on_stage("writing vectors")
    if before and not chroma.host and _vector_files(before):
        _extend_vectors(working / "chroma", collection, content, chroma, before)
    else:
        _write_vectors(working / "chroma", collection, content, chroma)
    on_stage("writing words")
    _write_words(working, content)
    _write_trust(working / TRUST, content, before)
    tokens = TokenVectors(before.folder / "tokens") if before else None
    write_tokens(_sub(working, "tokens"), content.library.tokens, content.keys, content.dimensions, tokens)
    _write_questions(_sub(working, "questions"), content, before)
    _write_asked(_sub(working, "asked"), content, before)
    _write_unanswerable(_sub(working, "unanswerable"), content, before)
    content.library.copy_to(working / "shelf.sqlite")


def _sub(folder: Path, name: str) -> Path:
    sub = folder / name
    sub.mkdir()
    return sub


def _write_vectors(folder: Path, name: str, content: Content, settings: ChromaSettings) -> None:
    """All vectors into a collection of this generation."""
    with open_chroma(settings, folder) as client, told(settings):
        if name in [collection.name for collection in client.list_collections()]:
            client.delete_collection(name)  # on a server, a stopped run may have left half of it
        # Chroma's graph is made anew in part by several threads whenever it is opened. With its own values (100 and 100)
        # two openings of one index do not find quite the same. With its 16 neighbours a fifth of 50,000 vectors in 700 clusters
        # were not found by their own vector, with 32 a thirtieth, with 48 none or few, for 0.4 kB a vector and no more time.
        collection = client.create_collection(
            name,
            metadata={"model": content.model},
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 500, "max_neighbors": 48}},
        )
        _upsert(collection, content, content.library.outlines())


def _upsert(collection: Collection, content: Content, outlines: Mapping[str, Outline]) -> None:
    """With our own ids: a second time changes nothing."""
    ids = list(outlines)
    for at in range(0, len(ids), _BATCH):
        batch = ids[at : at + _BATCH]
        collection.upsert(
            ids=batch,
            embeddings=[content.library.pooled(content.keys[id_]) for id_ in batch],
            metadatas=[{"source_id": outlines[id_].source_id, "kind": outlines[id_].kind} for id_ in batch],
            documents=batch,  # the text is in the shelf; a second copy would have to be removed too
        )


def _vector_files(before: Before) -> dict[str, str]:
    """Path in the generation -> digest. A small collection has none: Chroma keeps its vectors in its SQLite file."""
    return {name: digest for name, digest in before.digests.items() if name.startswith("chroma/")}


def _extend_vectors(folder: Path, name: str, content: Content, settings: ChromaSettings, before: Before) -> None:
    """A copy of the vectors before, and the new ones behind them. Nothing was removed, so no old vector is left in it."""
    _copy_vectors(folder, before)
    with before.shelf() as shelf:
        held = shelf.outlines()
    new = {id_: outline for id_, outline in content.library.outlines().items() if id_ not in held}
    with open_chroma(settings, folder) as client, told(settings):
        try:
            collection = client.get_collection(before.collection, embedding_function=None)
        except Exception as error:  # by version NotFoundError, InternalError and others
            raise IndexDamaged(f"The vectors in {before.folder} cannot be added to: {error}") from error
        collection.modify(name=name)
        _upsert(collection, content, new)


def _copy_vectors(folder: Path, before: Before) -> None:
    """A server may have them open, and Chroma writes to its SQLite file when it does: that one is copied by SQLite, the
    others are held against their digests."""
    folder.mkdir()
    for name, digest in _vector_files(before).items():
        copy = folder.parent / name
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(before.folder / name, copy)
        if sha256(copy) != digest:
            raise IndexDamaged(f"{before.folder.name}/{name} is not as it was published.")
    source = before.folder / "chroma" / "chroma.sqlite3"
    with (
        library_told(source),
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as held,
        closing(sqlite3.connect(folder / "chroma.sqlite3")) as copied,
    ):
        held.backup(copied)


def _write_questions(folder: Path, content: Content, before: Before | None) -> None:
    questions = content.library.questions()
    if not _taken_over(folder, before, lambda shelf: shelf.questions() == questions):
        write_questions(folder, content.library, questions, content.model, content.dimensions)


def _write_asked(folder: Path, content: Content, before: Before | None) -> None:
    questions = content.library.questions()
    if not _taken_over(folder, before, lambda shelf: shelf.questions() == questions):
        write_asked(folder, content.library, [one.text for one in questions], content.model)


def _write_unanswerable(folder: Path, content: Content, before: Before | None) -> None:
    questions = content.library.unanswerable()
    if not _taken_over(folder, before, lambda shelf: shelf.unanswerable() == questions):
        write_unanswerable(folder, content.library, questions, content.model)


def _taken_over(folder: Path, before: Before | None, same: Callable[[Library], bool]) -> bool:
    """Whether the files of the folder of this name before are those of now too; then they are linked to."""
    if before is None:
        return False
    with before.shelf() as shelf:
        if not same(shelf):
            return False
    for file in (before.folder / folder.name).iterdir():
        link(file, folder / file.name)
    return True


def _write_words(working: Path, content: Content) -> None:
    """Two word indexes: of the texts alone, and of the texts with the questions that they answer behind them."""
    asked: dict[str, list[str]] = {}
    for one in content.library.questions():
        asked.setdefault(one.passage_id, []).extend(stems(one.text))
    said = {id_: stems(text) for id_, text in content.embedded.items()}
    expanded = [[*words, *asked.get(id_, ())] for id_, words in said.items()]
    LexicalIndex.of_stems(list(said), list(said.values())).save(_sub(working, "bm25"))
    LexicalIndex.of_stems(list(said), expanded).save(_sub(working, "bm25-expanded"))
    (working / VOCABULARY).write_text("\n".join(sorted(vocabulary(content.embedded.values()))), encoding="utf-8")
    write_introduced(working / ABBREVIATIONS, content.embedded.values())


def _write_trust(file: Path, content: Content, before: Before | None) -> None:
    """Of documents that were there before nothing is looked at again."""
    passages = content.library.passages()
    if before is None:
        write_trust(file, passages)
        return
    with before.shelf() as shelf:
        was = shelf.outlines()
    changed = {passage.source_id for passage in passages if passage.id not in was}
    mine = {passage.id for passage in passages if passage.source_id in changed}
    known = {id_: trust for id_, trust in read_trust(before.folder / TRUST).items() if id_ not in mine}
    write_trust(file, [passage for passage in passages if passage.id in mine], known)
