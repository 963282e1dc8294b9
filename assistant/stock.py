"""The folder of documents in the hands of its operator: what lies there, what the index knows of it, adding and removing."""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from assistant.errors import AssistantError
from assistant.report import why
from index.build import plan
from index.embedding import LazyEmbedding
from index.settings import IndexSettings
from ingest.catalogue import CATALOGUE, Entry, load_catalogue
from ingest.kinds import HEAD, TAIL, kind_of
from ingest.settings import IngestSettings
from ingest.shelf import is_document

State = Literal["indexed", "new", "changed", "removed", "skipped"]
_MOST_NAME = 150  # characters
_TELLS = ("title", "publisher", "published", "kind")


class StockError(AssistantError):
    """What was asked for cannot be done with the folder. The message is for the operator."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A file in the folder, or one that the index still holds. `why` says why a file is skipped; `about` is what the
    catalogue tells of it."""

    path: str
    state: State
    source_id: str = ""
    size: int = 0
    why: str = ""
    about: Mapping[str, str] | None = None


class Stock:
    """Every path is relative to the folder, and is one of those that `lying` gives: nothing else is touched."""

    def __init__(
        self, corpus: Path, data: Path, ingest: IngestSettings, index: IndexSettings, model: LazyEmbedding
    ) -> None:
        self.corpus, self._data, self._ingest, self._index, self._model = corpus, data, ingest, index, model
        self._one_at_a_time = threading.Lock()

    def lying(self) -> list[Lying]:
        """In order of path. Reads every file once, for its digest. Raises IngestError when the catalogue is unsound."""
        planned = plan(self.corpus, self._data, self._ingest, self._index, self._model.fingerprint)
        told = load_catalogue(self.corpus).entries
        states: dict[State, tuple[str, ...]] = {
            "indexed": planned.unchanged,
            "new": planned.added,
            "changed": planned.replaced,
            "removed": planned.removed,
        }
        found = [
            self._one(planned.paths[id_], state, id_, told.get(planned.paths[id_]))
            for state, ids in states.items()
            for id_ in ids
        ]
        skipped = [Lying(s.path, "skipped", size=self._size(s.path), why=why(s)) for s in planned.skipped]
        return sorted([*found, *skipped], key=lambda one: one.path)

    def check(self, name: str, replace: bool) -> str:
        """The name a new document is to have. Raises StockError when it may have none such, or there is one already."""
        path = unicodedata.normalize("NFC", name)
        if replace and any(one.path == path and one.state != "removed" for one in self.lying()):
            return path
        if replace:
            raise StockError(f"There is no document {path} to replace. Add it instead.")
        if fault := _no_name(path):
            raise StockError(f"A document cannot be called “{path[:80]}”: {fault}.")
        if (self.corpus / path).exists():
            raise StockError(f"There is a document {path} already. Replace that one, or give this one another name.")
        return path

    def put(self, path: str, arrived: Path, replace: bool) -> str:
        """Moves a file that has arrived in the folder to its place; gives its media type. Raises UnreadableFile when its
        content is of no kind that is read, StockError as `check` does."""
        kind = _kind(path, arrived)
        with self._one_at_a_time:
            place = self.corpus / self.check(path, replace)
            arrived.chmod(0o644)
            os.replace(arrived, place)
        return kind

    def remove(self, path: str) -> None:
        """The file, and its entry in the catalogue. The index holds its words until the next run. Raises StockError."""
        with self._one_at_a_time:
            self._must_lie(path)
            (self.corpus / path).unlink()
            self._describe(path, None)

    def describe(self, path: str, about: Mapping[str, str]) -> None:
        """Writes title, publisher, date and kind into the catalogue; the rest of an entry stays. Raises StockError."""
        with self._one_at_a_time:
            self._must_lie(path)
            self._describe(path, about)

    def _must_lie(self, path: str) -> None:
        if path not in {one.path for one in self.lying() if one.state != "removed"}:
            raise StockError(f"There is no document {path}. It may have been removed already.")

    def _one(self, path: str, state: State, id_: str, entry: Entry | None) -> Lying:
        about = {name: str(getattr(entry, name)) for name in _TELLS} if entry else None
        return Lying(path, state, id_, self._size(path), about=about)

    def _size(self, path: str) -> int:
        try:
            return (self.corpus / path).stat().st_size
        except OSError:
            return 0

    def _describe(self, path: str, about: Mapping[str, str] | None) -> None:
        """Comments and order of the catalogue stay as they are."""
        file = self.corpus / CATALOGUE
        try:
            document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.is_file() else tomlkit.document()
        except (OSError, UnicodeDecodeError, TOMLKitError) as error:
            raise StockError(f"{CATALOGUE} cannot be read: {error}. Mend it by hand first.") from error
        tables = document.get("document")
        entries = tables if isinstance(tables, AoT) else tomlkit.aot()
        at = next((n for n, table in enumerate(entries) if table.get("file") == path), None)
        if about is None:
            if at is None:
                return
            del entries[at]
        else:
            _told(_entry(entries, at, path), about)
        if entries is not tables:
            document["document"] = entries
        _write(file, tomlkit.dumps(document))


def _entry(entries: AoT, at: int | None, path: str) -> Table:
    if at is None:
        entries.append(tomlkit.table().add("file", path))
        at = len(entries) - 1
    return entries[at]


def _told(table: Table, about: Mapping[str, str]) -> None:
    for name in _TELLS:
        if about.get(name):
            table[name] = about[name]
        elif name in table:
            del table[name]
    try:
        Entry.model_validate(table.unwrap())
    except ValueError as error:
        raise StockError("The date is a year or a year and a month: 2024 or 2024-05.") from error


def _write(file: Path, text: str) -> None:
    """Whole or not at all."""
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        os.replace(new, file)
    except OSError as error:
        raise StockError(f"{file.name} cannot be written: {error.strerror}.") from error


def _no_name(name: str) -> str:
    """What is wrong with a name for a new document; empty when nothing is."""
    if not name.strip() or name != name.strip():
        return "it is empty, or begins or ends with a space"
    if len(name) > _MOST_NAME or len(name.encode()) > 250:
        return f"it has more than {_MOST_NAME} characters"
    if any(letter in '/\\:*?"<>|' or not letter.isprintable() for letter in name):
        return 'it holds a character that names of files may not hold (/ \\ : * ? " < > |)'
    return "" if is_document(name) else "it begins with a dot, or is a name that this program keeps for itself"


def _kind(name: str, file: Path) -> str:
    with file.open("rb") as opened:
        head = opened.read(HEAD)
        opened.seek(max(0, file.stat().st_size - TAIL))
        return kind_of(name, head, opened.read(TAIL))
