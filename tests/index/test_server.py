"""Chroma as a server: the same code, one collection for each generation."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest

from index import generation
from index.build import roll_back
from index.errors import IndexDamaged, IndexProblem, IndexStale
from index.model import Filters
from index.open import open_index
from index.settings import ChromaSettings, IndexSettings
from tests.index.doubles import WordVectors, bring_in

RUN = "import sys; from chromadb.cli.cli import app; app()"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """A real Chroma server in a folder of its own; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.start()

    @property
    def settings(self) -> IndexSettings:
        return IndexSettings(chroma=ChromaSettings(host="127.0.0.1", port=self.port))

    def start(self) -> None:
        command = [sys.executable, "-c", RUN, "run", "--path", str(self.folder), "--host", "127.0.0.1"]
        self._running = subprocess.Popen(
            [*command, "--port", str(self.port)],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(1800):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v2/heartbeat", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the Chroma server did not start")

    def stop(self) -> None:
        self._running.kill()
        self._running.wait()

    def collections(self) -> set[str]:
        with chromadb.HttpClient("127.0.0.1", self.port) as client:
            return {collection.name for collection in client.list_collections()}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture
def fresh(small_corpus: Path, tmp_path: Path) -> Path:
    """A folder of documents without a library: a copied one would pass for its original on the server."""
    shutil.copytree(small_corpus, tmp_path / "fresh" / "corpus")
    return tmp_path / "fresh"


def found(place: Path, settings: IndexSettings, question: str = "community kitchen for refugees") -> list[str]:
    with open_index(place / "data", settings, WordVectors()) as index:
        return [hit.passage.id for hit in index.searcher.search(question, Filters(since=2011))]


def test_an_index_on_a_server_finds_what_an_embedded_one_finds(server: Server, place: Path) -> None:
    embedded = found(place, IndexSettings())
    with pytest.raises(IndexStale, match=f"embedded.*127.0.0.1:{server.port}"):
        found(place, server.settings)
    report = bring_in(place / "corpus", place / "data", settings=server.settings)
    assert (report.embedded, report.published) == (0, True)
    assert found(place, server.settings) == embedded
    assert not bring_in(place / "corpus", place / "data", settings=server.settings).published


def test_two_libraries_share_a_server_and_only_generations_in_use_are_kept(
    server: Server, fresh: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(fresh / "corpus", tmp_path / "other" / "corpus").parent
    bring_in(other / "corpus", other / "data", settings=server.settings)
    before = server.collections()
    for name in ("one", "two", "three"):
        (fresh / "corpus" / f"{name}.txt").write_text(f"Text {name} is new in this folder.")
        bring_in(fresh / "corpus", fresh / "data", settings=server.settings)
    kept = {generation.read_manifest(folder).collection for folder in (fresh / "data").glob("gen-*")}
    # The first of the three generations is gone; the other library's is not ours to take.
    assert len(kept) == 2
    assert server.collections() == before | kept
    assert found(other, server.settings)
    assert roll_back(fresh / "data", server.settings, "word-vectors").documents == 7
    assert found(fresh, server.settings)


def test_a_removed_document_leaves_its_vectors_nowhere_on_the_server(server: Server, fresh: Path) -> None:
    (fresh / "corpus" / "garden.txt").write_text("The garden is new.")
    bring_in(fresh / "corpus", fresh / "data", settings=server.settings)
    (fresh / "corpus" / "garden.txt").unlink()
    bring_in(fresh / "corpus", fresh / "data", settings=server.settings)
    with chromadb.HttpClient("127.0.0.1", server.port) as client:
        held = [client.get_collection(name, embedding_function=None) for name in server.collections()]
        assert not any(collection.get(where={"source_id": "garden"})["ids"] for collection in held)


def test_a_collection_that_was_taken_away_is_made_again(server: Server, fresh: Path) -> None:
    bring_in(fresh / "corpus", fresh / "data", settings=server.settings)
    folder = generation.current(fresh / "data")
    assert folder
    with chromadb.HttpClient("127.0.0.1", server.port) as client:
        client.delete_collection(generation.read_manifest(folder).collection)
    with pytest.raises(IndexDamaged, match=f"127.0.0.1:{server.port}.* Run: python app.py index"):
        found(fresh, server.settings)
    assert bring_in(fresh / "corpus", fresh / "data", settings=server.settings).embedded == 0
    assert found(fresh, server.settings)


def test_a_server_that_is_down_is_told_with_what_to_do(place: Path) -> None:
    port = free_port()
    settings = IndexSettings(chroma=ChromaSettings(host="127.0.0.1", port=port))
    with pytest.raises(
        IndexProblem, match=f"The Chroma server at 127.0.0.1:{port} does not answer .*Start it, or leave"
    ):
        bring_in(place / "corpus", place / "data", settings=settings)
    assert found(place, IndexSettings())  # what served before goes on serving


def test_a_server_that_goes_down_while_we_search_is_told_and_found_again(fresh: Path, tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    server = Server(tmp_path / "server")
    try:
        bring_in(fresh / "corpus", fresh / "data", settings=server.settings)
        with open_index(fresh / "data", server.settings, WordVectors()) as index:
            assert index.searcher.search("community kitchen")
            server.stop()
            with pytest.raises(IndexProblem, match=f"127.0.0.1:{server.port}"):
                index.searcher.search("football teams")
            server.start()
            assert index.searcher.search("football teams")
    finally:
        server.stop()
