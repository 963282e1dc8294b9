"""Opening Chroma: embedded in a folder by default, a server by setting. The only module that makes a client."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection as Names
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import IndexDamaged, IndexProblem
from index.settings import ChromaSettings

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI

_PREFIX = "common-ground-"


def collection_name(generation: str, owner: str = "") -> str:
    """On a server the owner's name keeps the collections of several libraries apart."""
    return f"{_prefix(owner)}{generation}"


def place_of(settings: ChromaSettings) -> str:
    """Where the vectors are kept."""
    return f"{settings.host}:{settings.port}" if settings.host else "embedded"


def connect(settings: ChromaSettings, folder: Path) -> ClientAPI:
    """A client; the caller closes it. Raises IndexDamaged when the folder cannot be read, IndexProblem when a server is
    set and does not answer."""
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    try:
        if settings.host:
            return chromadb.HttpClient(settings.host, settings.port, ssl=settings.ssl, settings=quiet)
        return chromadb.PersistentClient(str(folder), settings=quiet)
    except BaseException as error:  # chromadb raises ValueError, httpx errors and its own; its Rust part panics
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if not settings.host:
            raise IndexDamaged(_damaged(settings, str(error))) from error
        raise IndexProblem(
            f"The Chroma server at {place_of(settings)} does not answer ({error}). Start it, or leave "
            "index.chroma.host empty to use the embedded one."
        ) from error


@contextmanager
def open_chroma(settings: ChromaSettings, folder: Path) -> Iterator[ClientAPI]:
    client = connect(settings, folder)
    try:
        yield client
    finally:
        client.close()  # type: ignore[attr-defined]  # on every client, not yet on the interface


@contextmanager
def told(settings: ChromaSettings) -> Iterator[None]:
    """Chroma's faults in our words."""
    try:
        yield
    except Exception as error:  # by version InternalError, httpx errors and others
        raise IndexProblem(
            f"Chroma ({place_of(settings)}) does not do its work: {error}. What served before goes on serving. See to the "
            "disk or the server, then try again."
        ) from error


@contextmanager
def _writable(settings: ChromaSettings, folder: Path) -> Iterator[Path]:
    """Chroma writes to its files when it is merely opened; where it may not, it works on a copy."""
    if settings.host or not (folder / "chroma.sqlite3").is_file() or os.access(folder / "chroma.sqlite3", os.W_OK):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="common-ground-") as place:
        copy = Path(shutil.copytree(folder, Path(place, "chroma")))
        for path in (copy, *copy.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
        yield copy


@contextmanager
def open_collection(settings: ChromaSettings, folder: Path, name: str, holds: int) -> Iterator[Collection]:
    """The vectors of one generation. Raises IndexDamaged when they are not there, cannot be read or are not `holds`."""
    with _writable(settings, folder) as place, open_chroma(settings, place) as client:
        try:
            collection = client.get_collection(name, embedding_function=None)
            count = collection.count()
        except Exception as error:  # by version NotFoundError, InternalError and others
            raise IndexDamaged(_damaged(settings, str(error))) from error
        if count != holds:
            raise IndexDamaged(_damaged(settings, f"it holds {count} passages, expected {holds}"))
        yield collection


def _damaged(settings: ChromaSettings, what: str) -> str:
    return f"The vectors in Chroma ({place_of(settings)}) cannot be used: {what}. Run: python app.py index"


def forget_collections(settings: ChromaSettings, owner: str, keep: Names[str]) -> None:
    """Remove from the server the collections of this owner but those to keep. The embedded ones go with their folder."""
    if not settings.host:
        return
    with open_chroma(settings, Path()) as client, told(settings):
        for collection in client.list_collections():
            if collection.name.startswith(_prefix(owner)) and collection.name not in keep:
                client.delete_collection(collection.name)


def _prefix(owner: str) -> str:
    return f"{_PREFIX}{owner}-" if owner else _PREFIX
