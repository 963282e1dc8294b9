"""Opening Chroma: embedded in a folder by default, a server by setting. The only module that makes a client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import IndexProblem
from index.settings import ChromaSettings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI


def collection_name(generation: str) -> str:
    return f"common-ground-{generation}"


def connect(settings: ChromaSettings, folder: Path) -> ClientAPI:
    """A client; the caller closes it. Raises IndexProblem when a server is set and does not answer."""
    import chromadb
    from chromadb.config import Settings

    if not settings.host:
        return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    try:
        return chromadb.HttpClient(
            settings.host, settings.port, ssl=settings.ssl, settings=Settings(anonymized_telemetry=False)
        )
    except Exception as error:  # chromadb raises ValueError, httpx errors and its own, by version
        raise IndexProblem(
            f"The Chroma server at {settings.host}:{settings.port} does not answer ({error}). Start it, or leave "
            "index.chroma.host empty to use the embedded one."
        ) from error


@contextmanager
def open_chroma(settings: ChromaSettings, folder: Path) -> Iterator[ClientAPI]:
    client = connect(settings, folder)
    try:
        yield client
    finally:
        client.close()  # type: ignore[attr-defined]  # on every client, not yet on the interface
