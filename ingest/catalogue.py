"""`catalogue.toml` -> what a person has written down about each document."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import CatalogueError

CATALOGUE = "catalogue.toml"
_LIST = 'a list of words in quotation marks, as in ["Bradley", "Harbour Town"]'
_Texts = tuple[str, ...]


class Entry(BaseModel):
    """One `[[document]]` table. Everything but `file` may be left out; left out means unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    file: str = Field(min_length=1, description="a path inside the folder, with forward slashes")
    id: str = Field("", pattern=r"^([a-z0-9][a-z0-9._-]*)?$", description="small letters, digits and hyphens")
    title: str = ""
    short_title: str = ""
    aliases: _Texts = ()
    publisher: str = ""
    authors: _Texts = ()
    published: str = Field(
        "", pattern=r"^(\d{4}(-(0[1-9]|1[0-2]))?)?$", description='a year, "2017", or a year and a month, "2017-01"'
    )
    kind: str = ""
    nations: _Texts = ()
    places: _Texts = ()
    comparison_places: _Texts = ()
    audience: _Texts = ()
    standing: str = ""
    project: str = ""
    superseded_by: str = ""
    examples: _Texts = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The entries by the path of their file."""

    entries: dict[str, Entry]

    def entry(self, path: str) -> Entry | None:
        return self.entries.get(path)


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue of a corpus folder; an empty one if the folder has none. CatalogueError names line, key and
    remedy."""
    path = folder / CATALOGUE
    if not path.is_file():
        return Catalogue({})
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path}: this is not TOML: {error}. Correct that line and try again.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path} cannot be read: {error}. It must be a text file in UTF-8.") from error
    entries = list(_entries(path, text, tables))
    _refuse_doubles(path, [entry for _, entry in entries])
    for where, entry in entries:
        _refuse_missing(folder, where, entry)
    return Catalogue({entry.file: entry for _, entry in entries})


def _entries(path: Path, text: str, tables: dict[str, Any]) -> Iterator[tuple[str, Entry]]:
    wrong = sorted(key for key in tables if key != "document")
    documents = tables.get("document", [])
    if wrong or not isinstance(documents, list):
        found = f"“{wrong[0]}”" if wrong else "[document]"
        raise CatalogueError(f"{path}: found {found} where only [[document]] tables are expected. Rename or remove it.")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*document\s*\]\]", line)]
    for number, table in enumerate(documents):
        where = f"{path}, document {number + 1}" + (f" (line {lines[number]})" if number < len(lines) else "")
        yield where, _entry(where, table)


def _entry(where: str, table: object) -> Entry:
    try:
        entry = Entry.model_validate(table)
        return entry.model_copy(update={"file": str(PurePosixPath(entry.file))})  # "./a.txt" is "a.txt"
    except ValidationError as error:
        raise CatalogueError(f"{where}: {'; '.join(map(_explained, error.errors()))}.") from error


def _explained(fault: Any) -> str:
    key, value = ".".join(map(str, fault["loc"])), fault["input"]
    if fault["type"] == "extra_forbidden":
        alike = get_close_matches(key, Entry.model_fields, 1)
        meant = f"did you mean “{alike[0]}”?" if alike else f"the keys are {', '.join(Entry.model_fields)}"
        return f"there is no key “{key}”; {meant} Correct or remove it"
    if fault["type"] == "missing":
        return f"the key “{key}” is missing; it says which file the entry is about"
    field = Entry.model_fields[str(fault["loc"][0])]
    expected = field.description or ("words in quotation marks" if field.annotation is str else _LIST)
    shown = f"“{value}”" if isinstance(value, str) else str(value)
    return f"“{key}” is {shown}; expected {expected}"


def _refuse_doubles(path: Path, entries: list[Entry]) -> None:
    for what, values in (("id", [e.id for e in entries if e.id]), ("file", [e.file for e in entries])):
        twice = [value for value, times in Counter(values).items() if times > 1]
        if twice:
            raise CatalogueError(
                f"{path}: two documents have the {what} “{twice[0]}”. Keep one entry, or change the {what}."
            )


def _refuse_missing(folder: Path, where: str, entry: Entry) -> None:
    pure = PurePosixPath(entry.file)
    if pure.is_absolute() or ".." in pure.parts or "\\" in entry.file:
        raise CatalogueError(
            f"{where}: “file” is “{entry.file}”; expected a path inside the folder, with forward slashes."
        )
    if not (folder / pure).is_file():
        raise CatalogueError(
            f"{where}: there is no file “{entry.file}” in {folder}.{_meant(folder, entry.file)} Add the file, correct the "
            "name, or remove the entry."
        )


def _meant(folder: Path, name: str) -> str:
    """A file of nearly that name: a capital letter is enough to be another on some computers and not on others."""
    names = {path.name.casefold(): path.name for path in folder.iterdir() if path.is_file()}
    alike = get_close_matches(name.casefold(), names, 1, 0.8)
    return f" Did you mean “{names[alike[0]]}”?" if alike else ""
