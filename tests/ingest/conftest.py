"""The five documents, read once, and a way to read any bytes as a file of a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import Document, IngestSettings, load_catalogue, read_file, scan

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture(scope="session")
def documents() -> dict[str, Document]:
    catalogue = load_catalogue(CORPUS)
    return {found.source_id: read_file(found, catalogue) for found in scan(CORPUS, catalogue).found}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Document]:
    """Bytes, or text, as the only file of a folder -> its Document."""

    def read_one(name: str, data: bytes | str, settings: IngestSettings | None = None) -> Document:
        (tmp_path / name).write_bytes(data.encode() if isinstance(data, str) else data)
        (found,) = (found for found in scan(tmp_path).found if found.path == name)
        return read_file(found, settings=settings)

    return read_one
