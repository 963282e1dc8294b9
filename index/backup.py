"""A copy of the library that is whole, taken while it is in use, and put back as whole."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexProblem
from index.library import Library, library_path, told


def copy_library(root: Path, to: Path) -> None:
    """Writes the library of the data folder `root` to the new file `to`. Raises IndexProblem when there is none."""
    path = library_path(root)
    if not path.is_file():
        raise IndexProblem(f"There is no library in {root} yet. Run: python app.py index")
    with told(path), closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def put_back_library(copy: Path, root: Path) -> None:
    """Lets `copy` be the library of `root`. A copy that is not sound replaces nothing: IndexDamaged."""
    with told(copy), closing(sqlite3.connect(copy)) as found:
        wrong = found.execute("PRAGMA integrity_check").fetchone()[0]
        if wrong != "ok":
            raise sqlite3.DatabaseError(wrong)
    with Library(copy) as library:
        library.documents()
    root.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(root / "writer.lock", timeout=0):
            path = library_path(root)
            for beside in (f"{path}-wal", f"{path}-shm"):
                Path(beside).unlink(missing_ok=True)
            os.replace(copy, path)
    except Timeout:
        raise IndexProblem(f"Another process is indexing into {root}. Wait for it, then try again.") from None
