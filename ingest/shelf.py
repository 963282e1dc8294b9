"""A corpus folder -> the files in it that can be read, and those that cannot, with the reason. Nothing is parsed."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.catalogue import CATALOGUE, Catalogue
from ingest.errors import IngestError, UnreadableFile
from ingest.kinds import HEAD, TAIL, kind_of
from ingest.model import Skipped
from ingest.settings import IngestSettings

# Files of ours that lie beside the documents.
_OURS = {CATALOGUE, "notices.toml", "initiatives.toml", "questions.jsonl", "unanswerable.jsonl", "README.md"}
_LITTER = {"thumbs.db", "desktop.ini"}
_NO_PERMISSION = "it cannot be opened: {}"
_ADVICE_PERMISSION = "Give the account that runs this program permission to read it."


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that can probably be read. `path` is relative to the folder, with forward slashes. `source_id` is the
    catalogue's, or made from the name; no two files of one scan share it."""

    path: str
    absolute: Path
    size: int
    sha256: str
    media_type: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Scan:
    """Both in order of path."""

    found: tuple[FoundFile, ...]
    skipped: tuple[Skipped, ...]


def scan(folder: Path, catalogue: Catalogue | None = None, settings: IngestSettings | None = None) -> Scan:
    """Every file under `folder` but hidden ones and our own. Costs one reading of each file for its hash."""
    if not folder.is_dir():
        raise IngestError(f"There is no folder {folder}. Make it and put the documents in, or name another folder.")
    settings, catalogue = settings or IngestSettings(), catalogue or Catalogue({})
    found: list[FoundFile] = []
    skipped: list[Skipped] = []
    for path, absolute in _walk(folder, skipped):
        try:
            found.append(_looked_at(folder, path, absolute, settings))
        except UnreadableFile as error:
            skipped.append(Skipped(_shown(path), error.reason, error.advice))
    found.sort(key=lambda file: file.path)
    skipped.sort(key=lambda file: file.path)
    return Scan(tuple(_with_ids(found, catalogue)), tuple(skipped))


def _walk(folder: Path, skipped: list[Skipped]) -> Iterator[tuple[str, Path]]:
    def refused(error: OSError) -> None:
        name = Path(error.filename or folder).relative_to(folder).as_posix()
        skipped.append(Skipped(name, _NO_PERMISSION.format(error.strerror), _ADVICE_PERMISSION))

    for at, folders, names in os.walk(folder, onerror=refused):
        here = Path(at)
        linked = [name for name in folders if (here / name).is_symlink()]
        for name in linked:
            path = (here / name).relative_to(folder).as_posix()
            skipped.append(Skipped(path, "it is a link to another folder", "Put the files themselves here."))
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in linked)
        for name in sorted(names):
            if not _ignored(name, here == folder):
                yield (here / name).relative_to(folder).as_posix(), here / name


def is_document(name: str) -> bool:
    """Whether a file of this name at the top of the folder is taken for a document."""
    return not _ignored(name, at_top=True)


def _ignored(name: str, at_top: bool) -> bool:
    return name.startswith((".", "~$")) or name.casefold() in _LITTER or (at_top and name in _OURS)


def _looked_at(folder: Path, path: str, absolute: Path, settings: IngestSettings) -> FoundFile:
    if not _is_text(path):
        raise UnreadableFile("its name is not in UTF-8, so it cannot be written down", "Give it another name.")
    if absolute.is_symlink():
        _follow(absolute, folder)
    descriptor = open_regular(absolute)
    with open(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        if size > settings.max_file_mb * 1_000_000:
            limit = f"larger than the limit of {settings.max_file_mb} MB"
            raise UnreadableFile(f"it is {limit}", "Split it, or raise ingest.max_file_mb in the settings.")
        head = file.read(HEAD)
        file.seek(max(0, size - TAIL))
        media_type = kind_of(path, head, file.read(TAIL))
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FoundFile(path, absolute, size, digest, media_type, "")


def _is_text(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def _shown(name: str) -> str:
    """The name with what is not text in it written as an escape."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _follow(link: Path, folder: Path) -> None:
    if not _inside(link, folder):
        raise UnreadableFile("it is a link to a file outside the folder", "Put the file itself here.")
    if not link.exists():
        raise UnreadableFile(
            "it is a link to a file that is not there", "Put the file itself here, or remove the link."
        )


def _inside(link: Path, folder: Path) -> bool:
    try:
        return link.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # it points to itself; which of the two is raised depends on the version of Python
        return False


def open_regular(path: Path) -> int:
    """A descriptor to read an ordinary file with. A pipe or a device would let us wait for ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise UnreadableFile(_NO_PERMISSION.format(error.strerror), _ADVICE_PERMISSION) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFile("it is no ordinary file", "Remove it: only ordinary files are read.")
    return descriptor


def _with_ids(found: list[FoundFile], catalogue: Catalogue) -> Iterator[FoundFile]:
    """The catalogue's id, else the slug of the name. Where that is taken, the file deeper in the folder, or later in
    the alphabet, gets a suffix made from its path, so that its id does not depend on what else is there."""
    given = {path: entry.id for path, entry in catalogue.entries.items() if entry.id}
    taken = set(given.values())
    ids: dict[str, str] = dict(given)
    for file in sorted(found, key=lambda file: (file.path.count("/"), file.path)):
        if file.path not in ids:
            slug = slug_of(Path(file.path).stem)
            unique = f"{slug}-{hashlib.sha256(file.path.encode()).hexdigest()[:6]}"
            ids[file.path] = unique if slug in taken or not slug else slug
            taken.add(ids[file.path])
    return (replace(file, source_id=ids[file.path]) for file in found)


def slug_of(name: str) -> str:
    """Small Latin letters, digits and hyphens; may be empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
