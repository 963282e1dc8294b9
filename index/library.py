"""The one truth: documents, passages and vectors in a single SQLite file, committed document by document.

Chroma and BM25 are derived from it and can be thrown away (see `index.generation`). Vectors are kept by the digest of
the model and the text they were made from, so nothing is embedded twice.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import TypeAdapter, ValidationError

from index.errors import IndexDamaged, IndexProblem
from index.model import Encoded, Passage
from index.questions import Tied
from index.unanswerable import Unanswerable
from ingest.model import Document, Skipped

# One adapter both ways: what is stored is checked again when it is read.
_DOCUMENT = TypeAdapter(Document)
_PASSAGE = TypeAdapter(Passage)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
  source_id TEXT PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS passages (
  id TEXT PRIMARY KEY, source_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, position INTEGER NOT NULL,
  embedded TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_by_source ON passages (source_id, position);
DROP TABLE IF EXISTS questions;
CREATE TABLE IF NOT EXISTS predicted (
  source_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, passage_id TEXT NOT NULL, text TEXT NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS unanswerable (
  line INTEGER NOT NULL, passage_id TEXT NOT NULL, text TEXT NOT NULL, missing TEXT NOT NULL, outside TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sketches (
  passage_id TEXT PRIMARY KEY REFERENCES passages ON DELETE CASCADE, sketch BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS written (passage_id TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (
  key TEXT PRIMARY KEY, pooled BLOB NOT NULL, token_ids BLOB NOT NULL, tokens BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL, advice TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Outline:
    """A passage as the vectors know it: `embedded` is the text its vector was made from."""

    source_id: str
    kind: str
    embedded: str


_OWED = "INSERT OR IGNORE INTO facts VALUES ('owed', 'forgetting')"
# Questions tell of the text they were written from, so they go with it.
_NO_PASSAGE = "DELETE FROM written WHERE passage_id NOT IN (SELECT id FROM passages)"
_WORTH_A_VACUUM = 5  # from a fifth of the file on


ASKED = "+"
"""Parts the two models in a fingerprint: the one for searching, and the one that questions are compared by."""


def library_path(root: Path) -> Path:
    return root / "library.sqlite"


def vector_key(model: str, text: str) -> str:
    """Names a vector by what it was made from. `model` may name two (see `index.embedding.fingerprint_of`): this is the
    first one's."""
    return _key(model.partition(ASKED)[0], text)


def asked_key(model: str, text: str) -> str:
    """Names the vector that a question is compared by with other questions: the second one's where `model` names two."""
    return _key(model.rpartition(ASKED)[2], text)


def _key(model: str, text: str) -> str:
    return hashlib.sha256(f"{model}\n{text}".encode()).hexdigest()


def to_read(path: Path) -> Library:
    """The library for somebody who only looks: where it cannot be written to, that is no hindrance."""
    log = Path(f"{path}-wal")  # a stopped run may have left what it stored last there
    done = not log.exists() or not log.stat().st_size
    return Library(path, fixed=done and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)))


@contextmanager
def told(path: Path) -> Iterator[None]:
    """SQLite's faults in our words."""
    try:
        yield
    except sqlite3.OperationalError as error:  # the disk is full, a permission is missing, another holds the lock
        raise IndexProblem(
            f"{path} cannot be used just now: {error}. Nothing that was finished is lost. See to the disk and the "
            "permissions, then try again."
        ) from error
    except (sqlite3.DatabaseError, ValidationError) as error:
        what = error if isinstance(error, sqlite3.Error) else "what it holds is not what was stored"
        raise IndexDamaged(
            f"The library {path} is damaged ({what}). Restore it from a backup, or remove it and run: "
            "python app.py index"
        ) from error


class Library:
    """One open connection. Use one per thread; any number may read while one writes.

    `fixed` is for a file that nobody changes: it is opened without a lock or a log beside it, and a disk that cannot be
    written to will do.
    """

    def __init__(self, path: Path, fixed: bool = False) -> None:
        self.path = path
        if not fixed:
            path.parent.mkdir(parents=True, exist_ok=True)
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1" if fixed else str(path)
        with told(path):
            self._db = sqlite3.connect(address, uri=fixed, isolation_level=None, check_same_thread=False, timeout=30)
            if fixed:
                return
            # WAL lets people read while a document is stored; FULL makes a commit survive a power cut; secure_delete
            # overwrites removed text on disk.
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # SQLite has rolled back by itself when the disk is full
                self._db.execute("ROLLBACK")
            raise

    # what is there

    def states(self) -> dict[str, tuple[str, str, str]]:
        """source_id -> (path, sha256 of the file, state): all that is needed to see whether a file has changed."""
        rows = self._db.execute("SELECT source_id, path, sha256, state FROM documents")
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def documents(self) -> list[Document]:
        rows = self._db.execute("SELECT body FROM documents ORDER BY source_id")
        return [_DOCUMENT.validate_json(row[0]) for row in rows]

    def passages(self, source_id: str | None = None) -> list[Passage]:
        """In reading order, source by source."""
        where, values = ("WHERE source_id = ?", (source_id,)) if source_id else ("", ())
        rows = self._db.execute(f"SELECT body FROM passages {where} ORDER BY source_id, position", values)
        return [_PASSAGE.validate_json(row[0]) for row in rows]

    def passage_count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM passages").fetchone()[0])

    def embedded_texts(self) -> dict[str, str]:
        """passage id -> the text its vector was made from (title and headings in front)."""
        return dict(self._db.execute("SELECT id, embedded FROM passages ORDER BY source_id, position").fetchall())

    def outlines(self) -> dict[str, Outline]:
        """passage id -> all that the vectors of a passage depend on."""
        rows = self._db.execute(
            "SELECT id, source_id, json_extract(body, '$.kind'), embedded FROM passages ORDER BY source_id, position"
        )
        return {row[0]: Outline(*row[1:]) for row in rows}

    def questions(self) -> list[Tied]:
        """The predicted questions in a fixed order: those of the corpus, then those that a model wrote."""
        given = self._db.execute(
            "SELECT passage_id, text, first, last FROM predicted ORDER BY source_id, rowid"
        ).fetchall()
        made = self._db.execute(
            "SELECT passage_id, text FROM written WHERE text != '' AND passage_id IN (SELECT id FROM passages) "
            "ORDER BY passage_id, rowid"
        ).fetchall()
        return [Tied(*row) for row in (*given, *made)]

    def unanswerable(self) -> list[Unanswerable]:
        """The questions that the documents are known not to answer, in the order of their file."""
        return [Unanswerable(*row) for row in self._db.execute("SELECT * FROM unanswerable ORDER BY rowid")]

    def keys(self, model: str) -> set[str]:
        """The keys of all vectors that are needed for what is held."""
        predicted = {one.text for one in self.questions()}
        asked = predicted.union(one.text for one in self.unanswerable())
        found = predicted.union(self.embedded_texts().values())
        return {vector_key(model, text) for text in found}.union(asked_key(model, text) for text in asked)

    def asked_about(self) -> set[str]:
        """The passages that a model was asked about, whatever it wrote."""
        return {row[0] for row in self._db.execute("SELECT passage_id FROM written")}

    def skipped(self) -> list[Skipped]:
        return [Skipped(*row) for row in self._db.execute("SELECT path, reason, advice FROM skipped ORDER BY path")]

    def sketches(self) -> dict[str, bytes]:
        """passage id -> its sketch (see `index.alike`), of those that have one."""
        return dict(self._db.execute("SELECT passage_id, sketch FROM sketches").fetchall())

    def twin(self, texts: Sequence[str], among: Collection[str]) -> str | None:
        """The source of `among` whose passages are these texts, word for word; None when there is none."""
        as_many = "SELECT source_id FROM passages GROUP BY source_id HAVING count(*) = ? ORDER BY source_id"
        for (source_id,) in self._db.execute(as_many, (len(texts),)).fetchall():
            if source_id in among and [p.text for p in self.passages(source_id)] == list(texts):
                return str(source_id)
        return None

    def identity(self) -> str:
        """Tells this library from every other: made by chance once, and kept. A copy of the file is another library, and
        takes a name of its own: two that share one would clear away each other's vectors on a Chroma server."""
        here = str(self.path.stat().st_ino)  # moving a file keeps this, copying does not
        if self._fact("file") not in ("", here):
            self._keep("identity", uuid.uuid4().hex[:8])
        self._keep("file", here)
        return self._fact("identity") or self._keep("identity", uuid.uuid4().hex[:8])

    def _fact(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _keep(self, name: str, value: str) -> str:
        if self._fact(name) != value:
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
        return value

    def faults(self) -> list[str]:
        """What SQLite's own check finds wrong, and passages without a document; empty when sound."""
        try:
            wrong = [row[0] for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        except sqlite3.DatabaseError as error:  # too broken even to be checked
            return [f"library: {error}"]
        orphans = self._db.execute(
            "SELECT count(*) FROM passages WHERE source_id NOT IN (SELECT source_id FROM documents)"
        ).fetchone()[0]
        return [
            *(f"library: {fault}" for fault in wrong),
            *([f"{orphans} passages without a document"] if orphans else []),
        ]

    # what changes

    def put(
        self,
        document: Document,
        state: str,
        passages: Sequence[tuple[Passage, str]],
        questions: Sequence[Tied],
    ) -> None:
        """Replace one document, its passages and its questions, all or nothing. It is safe on disk when this returns."""
        with self._transaction() as db:
            held = db.execute("SELECT sha256 FROM documents WHERE source_id = ?", (document.source_id,)).fetchone()
            if held and held[0] != document.sha256:
                db.execute(_OWED)
            db.execute("DELETE FROM documents WHERE source_id = ?", (document.source_id,))
            db.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
                (document.source_id, document.path, document.sha256, state, _DOCUMENT.dump_json(document).decode()),
            )
            db.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
                [(p.id, p.source_id, p.order, text, _PASSAGE.dump_json(p).decode()) for p, text in passages],
            )
            db.executemany(
                "INSERT INTO predicted VALUES (?, ?, ?, ?, ?)", [(document.source_id, *one) for one in questions]
            )
            db.execute(_NO_PASSAGE)

    def put_written(self, passage_id: str, questions: Sequence[str]) -> None:
        """What a model wrote for one passage; an empty line stands for nothing, so that it is not asked again."""
        with self._transaction() as db:
            db.execute("DELETE FROM written WHERE passage_id = ?", (passage_id,))
            db.executemany("INSERT INTO written VALUES (?, ?)", [(passage_id, text) for text in questions or [""]])

    def remove(self, source_id: str) -> None:
        with self._transaction() as db:
            db.execute(_OWED)
            db.execute("DELETE FROM documents WHERE source_id = ?", (source_id,))
            db.execute(_NO_PASSAGE)

    def put_skipped(self, skipped: Iterable[Skipped]) -> None:
        rows = {s.path: (s.path, s.reason, s.advice) for s in skipped}
        if sorted(rows.values()) == [(s.path, s.reason, s.advice) for s in self.skipped()]:
            return
        with self._transaction() as db:
            db.execute("DELETE FROM skipped")
            db.executemany("INSERT INTO skipped VALUES (?, ?, ?)", list(rows.values()))

    def put_unanswerable(self, questions: Sequence[Unanswerable]) -> None:
        """In place of all that are held."""
        if list(questions) == (held := self.unanswerable()):
            return
        with self._transaction() as db:
            if held:
                db.execute(_OWED)  # what they name may stand in no document any more
            db.execute("DELETE FROM unanswerable")
            db.executemany("INSERT INTO unanswerable VALUES (?, ?, ?, ?, ?)", questions)

    def put_sketches(self, sketches: Iterable[tuple[str, bytes]]) -> None:
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO sketches VALUES (?, ?)", sketches)

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` that have no vector yet."""
        wanted = set(keys)
        held = {row[0] for row in self._db.execute("SELECT key FROM vectors")}
        return wanted - held

    def vector_count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM vectors").fetchone()[0])

    def put_vectors(self, vectors: Iterable[tuple[str, Encoded]]) -> None:
        rows = [(key, *_packed(encoded)) for key, encoded in vectors]
        with self._transaction() as db:
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def pooled(self, key: str) -> np.ndarray:
        row = self._db.execute("SELECT pooled FROM vectors WHERE key = ?", (key,)).fetchone()
        return np.frombuffer(row[0], dtype=np.float32)

    def tokens(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """(token ids (n,), int8 token vectors (n, dimensions) in units of 1/127)."""
        row = self._db.execute("SELECT token_ids, tokens FROM vectors WHERE key = ?", (key,)).fetchone()
        ids = np.frombuffer(row[0], dtype=np.int32)
        return ids, np.frombuffer(row[1], dtype=np.int8).reshape(len(ids), -1)

    def sweep(self, keys: Iterable[str]) -> int:
        """Forget vectors that nothing uses any more; returns how many."""
        unused = {row[0] for row in self._db.execute("SELECT key FROM vectors")} - set(keys)
        with self._transaction() as db:
            db.executemany("DELETE FROM vectors WHERE key = ?", [(key,) for key in unused])
        return len(unused)

    def owes_forgetting(self) -> bool:
        """Whether text was removed or replaced and may still stand elsewhere: in the log, in older generations."""
        return self._db.execute("SELECT 1 FROM facts WHERE name = 'owed'").fetchone() is not None

    def forget(self) -> None:
        """Give freed pages back and empty the write-ahead log, so that removed text is nowhere in the library's files.
        The debt stands while somebody who reads keeps the log from being emptied."""
        pages, free = (self._db.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "freelist_count"))
        if free * _WORTH_A_VACUUM > pages:  # secure_delete has overwritten them already
            self._db.execute("VACUUM")
        busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if not busy:
            self._db.execute("DELETE FROM facts WHERE name = 'owed'")

    def copy_to(self, path: Path) -> None:
        """A copy of documents, passages and questions, without vectors, as one closed SQLite file."""
        with closing(sqlite3.connect(path)) as copy:
            copy.executescript(_SCHEMA)
            tables = {"documents": 5, "passages": 5, "predicted": 5, "unanswerable": 5, "written": 2, "skipped": 3}
            for table, columns in tables.items():
                rows = self._db.execute(f"SELECT * FROM {table}")
                copy.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * columns)})", rows)
            copy.commit()


def as_int8(tokens: np.ndarray) -> np.ndarray:
    """Token vectors in units of 1/127. Rows have unit length, so every component fits."""
    return np.clip(np.round(tokens * 127), -127, 127).astype(np.int8)


def _packed(encoded: Encoded) -> tuple[bytes, bytes, bytes]:
    return encoded.pooled.astype(np.float32).tobytes(), encoded.token_ids.tobytes(), as_int8(encoded.tokens).tobytes()
