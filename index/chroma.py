"""Opening Chroma: embedded in a folder by default; a server, or Chroma's own cloud, by setting. The only module that makes a
client."""

from __future__ import annotations

import os
import shutil
import tempfile
import urllib.request
from collections.abc import Collection as Names
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import IndexDamaged, IndexProblem
from index.settings import ChromaSettings

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI
    from chromadb.config import Settings

_PREFIX = "common-ground-"


class Published(Protocol):
    """What a generation says of its vectors."""

    @property
    def collection(self) -> str: ...

    @property
    def passages(self) -> int: ...

    @property
    def model(self) -> str: ...


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
            return _server(settings, quiet)
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


def _server(settings: ChromaSettings, quiet: Settings) -> ClientAPI:
    import chromadb

    # The client waits for ever, and asks the server for its tenant as it is made: first see that somebody answers at all.
    scheme = "https" if settings.ssl else "http"
    address = f"{scheme}://{settings.host}:{settings.port}/api/v2/heartbeat"
    urllib.request.urlopen(address, timeout=settings.answer_seconds).close()
    token = settings.token.get_secret_value()
    client = chromadb.HttpClient(
        settings.host,
        settings.port,
        ssl=settings.ssl,
        headers={settings.token_header: token} if token else None,
        settings=quiet,
        tenant=settings.tenant,
        database=settings.database,
    )
    client._server._session.timeout = settings.answer_seconds  # type: ignore[attr-defined]  # there is no setting for it
    return client


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
    except IndexProblem:
        raise
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
def open_collection(settings: ChromaSettings, folder: Path, manifest: Published) -> Iterator[Collection]:
    """The vectors of one generation. Raises IndexDamaged when they are not there, cannot be read or are not those that were
    published."""
    with _writable(settings, folder) as place, open_chroma(settings, place) as client:
        try:
            collection = client.get_collection(manifest.collection, embedding_function=None)
            count, model = collection.count(), (collection.metadata or {}).get("model", manifest.model)
        except Exception as error:  # by version NotFoundError, InternalError and others
            raise IndexDamaged(_damaged(settings, str(error))) from error
        if count != manifest.passages:
            raise IndexDamaged(_damaged(settings, f"it holds {count} passages, expected {manifest.passages}"))
        if model != manifest.model:
            raise IndexDamaged(_damaged(settings, f"it holds vectors of {model}, expected {manifest.model}"))
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
