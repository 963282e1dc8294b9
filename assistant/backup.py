"""Everything that cannot be made again, in one file: the documents and the library. The index is made anew from them."""

from __future__ import annotations

import os
import tarfile
import tempfile
from pathlib import Path

from assistant.errors import AssistantError
from assistant.settings import PathSettings
from index.backup import copy_library, put_back_library

_LIBRARY = "library.sqlite"
_CORPUS = "corpus"


class BackupError(AssistantError):
    """A backup cannot be written or put back."""


def back_up(paths: PathSettings, file: Path) -> int:
    """Writes `file` (.tar.gz), whole or not at all, and gives its size in bytes. Settings are not in it: they may hold
    secrets. Raises BackupError."""
    if file.exists():
        raise BackupError(f"{file} exists already. Give another name; no backup is overwritten.")
    with tempfile.TemporaryDirectory() as folder:
        copy_library(paths.data, Path(folder) / _LIBRARY)
        unfinished = file.with_name(f"{file.name}.unfinished")
        try:
            with tarfile.open(unfinished, "w:gz") as archive:
                archive.add(Path(folder) / _LIBRARY, _LIBRARY)
                archive.add(paths.corpus, _CORPUS)
            unfinished.chmod(0o600)
            os.replace(unfinished, file)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise BackupError(f"{file} cannot be written: {error.strerror}.") from error
    return file.stat().st_size


def put_back(paths: PathSettings, file: Path) -> list[str]:
    """Puts documents and library back and gives the names of the files restored. Documents that are in the folder and not
    in the backup stay where they are. Raises BackupError, before anything is changed when the file is not a backup."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
        except (OSError, tarfile.TarError, EOFError) as error:
            raise BackupError(f"{file} cannot be read as a backup: {type(error).__name__}.") from error
        if not ((folder / _LIBRARY).is_file() and (folder / _CORPUS).is_dir()):
            raise BackupError(f"{file} is no backup of Common Ground: it lacks {_LIBRARY} or the folder {_CORPUS}.")
        staged = paths.data / f"{_LIBRARY}.restored"
        paths.data.mkdir(parents=True, exist_ok=True)
        staged.write_bytes((folder / _LIBRARY).read_bytes())
        try:
            put_back_library(staged, paths.data)
        finally:
            for left in paths.data.glob(f"{staged.name}*"):
                left.unlink()
        return [_restore(path, folder / _CORPUS, paths.corpus) for path in sorted((folder / _CORPUS).rglob("*"))]


def _restore(path: Path, root: Path, corpus: Path) -> str:
    name = path.relative_to(root)
    target = corpus / name
    if path.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return str(name)
