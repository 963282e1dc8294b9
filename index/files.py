"""Files of a generation: written once, put safely on disk, told by their digests."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link(file: Path, to: Path) -> None:
    """The same file under a second name; a copy where the file system knows no such thing. Only for files that nobody
    changes."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


def sync(path: Path) -> None:
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
