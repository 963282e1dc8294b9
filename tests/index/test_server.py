"""Chroma as a server: the same code, one collection for each generation."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import chromadb
import pytest
from chromadb.config import Settings

from index import generation
from index.build import roll_back
from index.errors import IndexProblem, IndexStale
from index.model import Filters
from index.open import OpenIndex, open_index
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
        return chroma(port=self.port)

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


def found_by(index: OpenIndex, question: str) -> set[str]:
    return {way for hit in index.searcher.search(question) for way in hit.found_by}


def outage(place: Path, settings: IndexSettings) -> str:
    """What is told of it; the words of the documents are searched all the same."""
    with open_index(place / "data", settings, WordVectors()) as index:
        assert found_by(index, "community kitchen") == {"words", "questions"}
        return index.searcher.outage


def chroma(**values: object) -> IndexSettings:
    return IndexSettings.model_validate({"chroma": {"host": "127.0.0.1", "retry_seconds": 0, **values}})


def point_to(place: Path, port: int) -> None:
    """The generation that serves says that its vectors are on another port."""
    folder = generation.current(place / "data")
    assert folder
    file = folder / "manifest.json"
    file.write_text(re.sub(r"127.0.0.1:\d+", f"127.0.0.1:{port}", file.read_text()))


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
    assert re.search(f"127.0.0.1:{server.port}.* Run: python app.py index", outage(fresh, server.settings))
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
            assert "meaning" in found_by(index, "community kitchen")
            server.stop()
            assert found_by(index, "football teams") == {"words", "questions"}
            assert f"127.0.0.1:{server.port}" in index.searcher.outage
            server.start()
            assert "meaning" in found_by(index, "football teams")
            assert index.searcher.outage == ""
    finally:
        server.stop()


def test_a_server_that_hangs_holds_up_one_question_and_not_the_next(server: Server, fresh: Path) -> None:
    bring_in(fresh / "corpus", fresh / "data", settings=server.settings)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing
        port = silent.getsockname()[1]
        point_to(fresh, port)
        settings = chroma(port=port, answer_seconds=0.3, retry_seconds=600)
        with open_index(fresh / "data", settings, WordVectors()) as index:
            assert "meaning" not in found_by(index, "community kitchen")
            assert "timed out" in index.searcher.outage
            assert "meaning" not in found_by(index, "football teams")
        silent.settimeout(0)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):  # the second question did not even try
            silent.accept()


def test_vectors_of_another_model_are_not_searched(server: Server, fresh: Path) -> None:
    bring_in(fresh / "corpus", fresh / "data", settings=server.settings)
    folder = generation.current(fresh / "data")
    assert folder
    manifest = generation.read_manifest(folder)
    with chromadb.HttpClient("127.0.0.1", server.port) as client:
        client.delete_collection(manifest.collection)
        other = client.create_collection(manifest.collection, metadata={"model": "other/1"}, embedding_function=None)
        numbers = range(manifest.passages)
        other.add(ids=[str(n) for n in numbers], embeddings=[[1.0, float(n)] for n in numbers])
    assert "vectors of other/1, expected word-vectors" in outage(fresh, server.settings)
    assert found(fresh, server.settings)


def test_a_tenant_and_a_database_of_one_s_own(server: Server, fresh: Path) -> None:
    admin = chromadb.AdminClient(
        Settings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host="127.0.0.1",
            chroma_server_http_port=server.port,
        )
    )
    admin.create_tenant("council")
    admin.create_database("library", "council")
    before = server.collections()
    settings = chroma(port=server.port, tenant="council", database="library")
    bring_in(fresh / "corpus", fresh / "data", settings=settings)
    assert found(fresh, settings)
    assert server.collections() == before
    with chromadb.HttpClient("127.0.0.1", server.port, tenant="council", database="library") as client:
        assert len(client.list_collections()) == 1


def test_a_token_is_sent_and_shown_to_nobody(place: Path) -> None:
    heard: list[str | None] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers.get("X-Key"))
            self.send_response(200 if self.path.endswith("heartbeat") else 401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        settings = chroma(port=listening.server_port, token="s3cret", token_header="X-Key")
        with pytest.raises(IndexProblem) as told:
            bring_in(place / "corpus", place / "data", settings=settings)
        listening.shutdown()
    assert "s3cret" in heard
    assert "s3cret" not in f"{told.value} {settings!r} {settings.model_dump_json()}"


READER = """
import json, sys, time
from pathlib import Path
from index.open import open_index
from index.settings import IndexSettings
from tests.index.doubles import WordVectors

data, settings, out, stop = Path(sys.argv[1]), IndexSettings.model_validate_json(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
with out.open("w") as lines:
    while not stop.exists():
        with open_index(data, settings, WordVectors()) as index:
            hits = index.searcher.search("the new garden and its gate", top_k=100)
            seen = sum(hit.passage.source_id == "garden" for hit in hits)
            meant = sum("meaning" in hit.found_by for hit in hits)
        print(json.dumps([seen, meant, index.searcher.outage]), file=lines, flush=True)
        time.sleep(0.2)
"""


def test_two_processes_read_while_a_third_indexes(server: Server, fresh: Path, tmp_path: Path) -> None:
    """A document is there whole or not at all, in every process, and nobody sees an error."""
    bring_in(fresh / "corpus", fresh / "data", settings=server.settings)
    stop, logs = tmp_path / "stop", [tmp_path / "one.log", tmp_path / "two.log"]
    # One passage is in each of the garden's sections.
    garden = "".join(f"# Part {n}\n\nThe garden has a gate of its own in part {n}.\n\n" for n in range(9))
    arguments = [str(fresh / "data"), server.settings.model_dump_json()]
    readers = [
        subprocess.Popen([sys.executable, "-c", READER, *arguments, str(log), str(stop)], stderr=subprocess.PIPE)
        for log in logs
    ]
    try:
        wait_for(lambda: all(log.is_file() and log.read_text().count("\n") >= 2 for log in logs))
        (fresh / "corpus" / "garden.md").write_text(garden)
        bring_in(fresh / "corpus", fresh / "data", settings=server.settings)
        wait_for(lambda: all("[9," in log.read_text() for log in logs))
    finally:
        stop.touch()
        faults = [reader.communicate(timeout=60)[1].decode() for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0], faults
    for log in logs:
        seen = [json.loads(line) for line in log.read_text().splitlines()]
        assert {garden for garden, _, _ in seen} == {0, 9}
        assert all(meant and not told for _, meant, told in seen)


def wait_for(holds: Callable[[], bool], seconds: float = 240) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)
