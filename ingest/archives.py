"""Zip files that hold a document: opened only if they unpack to a sane size."""

from __future__ import annotations

import io
import zipfile

from ingest.errors import UnreadableFile

_PARTS = 20_000
_UNPACKED = 300_000_000  # bytes
_PART = 100_000_000  # bytes
_DAMAGED = ("it is damaged: its parts cannot be unpacked", "Open it in the program it was made with and save it again.")


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive; UnreadableFile if it is damaged, or would unpack to something huge."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFile(*_DAMAGED) from error
    sizes = [part.file_size for part in archive.infolist() if not _picture(part.filename)]
    if len(sizes) > _PARTS or sum(sizes) > _UNPACKED or max(sizes, default=0) > _PART:
        raise UnreadableFile(
            "it unpacks to far more than a document holds", "Make sure that you know where it is from."
        )
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise UnreadableFile("it is protected with a password", "Save a copy without the password.")
    return archive


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (KeyError, zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise UnreadableFile(*_DAMAGED) from error


def _picture(name: str) -> bool:
    return name.lower().endswith(
        (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".emf", ".wmf", ".mp4", ".ttf", ".otf")
    )
