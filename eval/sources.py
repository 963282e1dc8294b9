"""The texts of the source files, to check that quoted words stand in them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.words import collapse

READABLE = frozenset({".txt", ".md", ".markdown"})


@dataclass(frozen=True, slots=True)
class Sources:
    """Source id -> the whole text of its file, whitespace collapsed. Only plain text and Markdown files are held: the
    words of a PDF or a web page are what a reader of that format makes of them."""

    texts: dict[str, str]

    def holds(self, source_id: str, quote: str) -> bool | None:
        """Do these exact words stand in the source? Only whitespace may differ. None when the source cannot be read
        here."""
        text = self.texts.get(source_id)
        return None if text is None else collapse(quote) in text


def read_sources(corpus: Path) -> Sources:
    """The readable files of a corpus folder under the ids the catalogue gives them, or their names without the
    ending."""
    if not corpus.is_dir():
        raise EvalError(f"{corpus} is not a folder; expected the folder with the documents. Give it with --corpus.")
    ids = _catalogued_ids(corpus / "catalogue.toml")
    files = sorted(path for path in corpus.rglob("*") if path.suffix.lower() in READABLE and path.name != "README.md")
    return Sources({ids.get(path.relative_to(corpus).as_posix(), path.stem): _collapsed(path) for path in files})


def _collapsed(path: Path) -> str:
    return collapse(path.read_text(encoding="utf-8-sig", errors="replace"))


def _catalogued_ids(catalogue: Path) -> dict[str, str]:
    if not catalogue.is_file():
        return {}
    entries = tomllib.loads(catalogue.read_text(encoding="utf-8"))
    return {file: source_id for source_id, file in _files(entries) if file}


def _files(entries: dict[str, object]) -> Iterable[tuple[str, str]]:
    for source_id, entry in entries.items():
        if isinstance(entry, dict):
            yield source_id, str(entry.get("file") or entry.get("path") or "")
