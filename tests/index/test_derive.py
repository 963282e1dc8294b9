"""One more document costs its own passages: what the generation before holds is taken over, unless it is not sound."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index import generation
from index.library import Library, library_path, vector_key
from index.model import Encoded, Passage
from index.open import open_index
from index.settings import IndexSettings
from index.tokens import TokenVectors, write_tokens
from ingest import Document, Locator, Metadata, Section
from tests.index.doubles import WordVectors, bring_in

SETTINGS = IndexSettings()


def put(library: Library, source_id: str, texts: list[str]) -> None:
    made = [
        Passage(f"{source_id}-{n}", source_id, Locator(), text, 0, len(text), order=n) for n, text in enumerate(texts)
    ]
    keys = [vector_key("word-vectors", text) for text in texts]
    library.put_vectors(zip(keys, WordVectors().encode(texts), strict=True))
    document = Document(
        source_id, Metadata(source_id), "1", (Section(source_id, 0, Locator(), "."),), f"{source_id}.txt"
    )
    library.put(document, "state", [(passage, passage.text) for passage in made], [])


@pytest.fixture
def shelf(many: Path, tmp_path: Path) -> Path:
    """Eleven hundred passages, indexed, and two more in the library."""
    shutil.copytree(many, tmp_path / "shelf")
    with Library(library_path(tmp_path / "shelf")) as library:
        put(library, "new", ["The garden is kept by seven families.", "The pond is deep."])
    return tmp_path / "shelf"


def make(root: Path) -> list[str]:
    """Publishes a generation; the stages it went through."""
    stages: list[str] = []
    with Library(library_path(root)) as library:
        generation.make(root, library, SETTINGS, "word-vectors", 32, stages.append)
    return stages


def best(root: Path, question: str) -> str:
    with open_index(root, SETTINGS, WordVectors()) as index:
        return index.searcher.search(question)[0].passage.text


def test_what_was_there_is_taken_over_and_what_is_new_is_found(shelf: Path) -> None:
    make(shelf)
    old, new = shelf / "gen-0001", shelf / "gen-0002"
    assert (old / "tokens" / "tokens-0.i8").samefile(new / "tokens" / "tokens-0.i8")
    assert (old / "questions" / "tokens-0.i8").samefile(new / "questions" / "tokens-0.i8")
    assert (new / "tokens" / "tokens-1.i8").stat().st_size < 500
    assert best(shelf, "thing1077").endswith("thing1077.")
    assert best(shelf, "Which garden is kept by families?").startswith("The garden")
    assert [folder.name for folder in (new / "chroma").iterdir() if folder.is_dir()] == [
        folder.name for folder in (old / "chroma").iterdir() if folder.is_dir()
    ]  # Chroma's own name for the vectors: they were copied


@pytest.mark.parametrize("name", ["chroma/chroma.sqlite3", "tokens/tokens-0.i8"])
def test_what_is_damaged_is_not_taken_over(shelf: Path, name: str) -> None:
    (shelf / "gen-0001" / name).write_bytes(b"torn")
    make(shelf)
    assert not (shelf / "gen-0002" / "tokens" / "tokens-1.i8").exists()
    assert best(shelf, "thing1077").endswith("thing1077.")
    assert best(shelf, "Which garden is kept by families?").startswith("The garden")


def test_nothing_is_taken_over_from_an_index_that_holds_what_was_removed(place: Path) -> None:
    (place / "corpus" / "garden.txt").write_text("The garden is kept by seven families.")
    (place / "corpus" / "football.txt").unlink()
    bring_in(place / "corpus", place / "data")
    (serving,) = (place / "data").glob("gen-*")
    assert sorted(file.name for file in (serving / "tokens").glob("*.i8")) == ["tokens-0.i8"]


def test_token_vectors_in_many_files_are_those_of_one(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    made = {
        f"p{n}": (np.arange(n % 4, dtype=np.int32), draw.integers(-127, 127, (n % 4, 8)).astype(np.int8))
        for n in range(40)
    }
    before = None
    for n in range(20):  # more often than there may be files
        folder = tmp_path / str(n)
        folder.mkdir()
        write_tokens(folder, made.__getitem__, {id_: id_ for id_ in list(made)[: 2 * n + 2]}, 8, before)
        before = TokenVectors(folder)
        assert before.files <= 16
    assert before and before.ids == list(made)
    for id_, (ids, rows) in made.items():
        assert np.allclose(before.of(id_) * 127, rows)
        assert before.token_ids(before.ids.index(id_)).tolist() == ids.tolist()
    rows, ids, starts = before.together([3, 39, 6])
    assert np.allclose(rows * 127, np.concatenate([made[f"p{n}"][1] for n in (3, 39, 6)]), atol=1e-3)
    assert (ids.tolist(), starts.tolist()) == ([0, 1, 2, 0, 1, 2, 0, 1], [0, 3, 6])
    one = tmp_path / "one"
    one.mkdir()
    write_tokens(one, made.__getitem__, {id_: id_ for id_ in made}, 8)
    query = Encoded(np.ones(8, np.float32), np.eye(8, dtype=np.float32)[:3], np.array([0, 1, 2], np.int32))
    assert TokenVectors(one).scores(query, list(made)) == pytest.approx(before.scores(query, list(made)))
