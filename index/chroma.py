"""Opening Chroma: embedded in a folder by default, a server by setting. The only module that makes a client."""

from __future__ import annotations

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
    except Exception as error:  # chromadb raises ValueError, httpx errors and its own, by version
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
def open_collection(settings: ChromaSettings, folder: Path, name: str, holds: int) -> Iterator[Collection]:
    """The vectors of one generation. Raises IndexDamaged when they are not there, cannot be read or are not `holds`."""
    with open_chroma(settings, folder) as client:
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
