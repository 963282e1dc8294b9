"""The library: all or nothing, safe on disk, nothing left of what was removed, damage told."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexDamaged, IndexProblem
from index.library import Library, library_path, vector_key
from index.model import Encoded, Passage
from index.questions import Tied
from ingest import Document, Locator, Metadata, Section, Skipped
from tests.index.doubles import files_that_hold

ROOT = Path(__file__).resolve().parents[2]
SECRET = "quillingtonfax"


def document(text: str, source_id: str = "s", sha256: str = "1") -> Document:
    about = Metadata("A title", authors=("A. Writer",), published="2010-06", places=("Bradley",))
    section = Section(source_id, 0, Locator(3, "iii", ("Findings",)), text, cuts=(4,))
    return Document(source_id, about, sha256, (section,), f"{source_id}.txt")


def passages(text: str, source_id: str = "s") -> list[tuple[Passage, str]]:
    """One for each sentence."""
    parts = dict.fromkeys(part for part in text.split(". ") if part)
    made = [
        Passage(f"{source_id}-{part}", source_id, Locator(), part, 0, len(part), order=n)
        for n, part in enumerate(parts)
    ]
    return [(passage, f"A title\n{passage.text}") for passage in made]


def put(library: Library, text: str, source_id: str = "s", sha256: str = "1") -> None:
    made = passages(text, source_id)
    library.put(document(text, source_id, sha256), "state", made, [Tied(made[0][0].id, "Why?", 0, 3)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return library_path(tmp_path / "data")


def test_a_document_comes_back_as_it_went_in(path: Path) -> None:
    with Library(path) as library:
        put(library, "One. Two")
    with Library(path) as library:
        assert library.documents() == [document("One. Two")]
        assert library.passages() == [passage for passage, _ in passages("One. Two")]
        assert library.embedded_texts() == {"s-One": "A title\nOne", "s-Two": "A title\nTwo"}
        assert library.questions() == [Tied("s-One", "Why?", 0, 3)]
        assert library.states() == {"s": ("s.txt", "1", "state")}


def test_a_document_put_again_replaces_all_of_itself_and_nothing_else(path: Path) -> None:
    with Library(path) as library:
        put(library, "One. Two")
        put(library, "Other", "t")
        put(library, "Three")
        assert list(library.embedded_texts()) == ["s-Three", "t-Other"]
        assert library.questions() == [Tied("s-Three", "Why?", 0, 3), Tied("t-Other", "Why?", 0, 3)]


def test_a_removed_document_takes_its_passages_and_questions_along(path: Path) -> None:
    with Library(path) as library:
        put(library, "One. Two")
        library.remove("s")
        assert (library.documents(), library.passages(), library.questions()) == ([], [], [])


def test_a_put_that_fails_changes_nothing(path: Path) -> None:
    twice = [*passages("New"), *passages("New")]  # the same id two times
    with Library(path) as library:
        put(library, "Old")
        with pytest.raises(sqlite3.IntegrityError):
            library.put(document("New"), "state", twice, [])
        assert list(library.embedded_texts()) == ["s-Old"]
        put(library, "Later")  # and the library can still be written to
        assert list(library.embedded_texts()) == ["s-Later"]


KILLED = """
import os, signal, sys
from pathlib import Path
from index.library import Library
from tests.index.test_library import document, passages

class Deadly(list):
    def __iter__(self):
        yield from list.__iter__(self)
        os.kill(os.getpid(), signal.SIGKILL)  # the old document is deleted and the new one inserted, nothing is committed

library = Library(Path(sys.argv[1]))
if sys.argv[2] == "passages":
    library.put(document("New"), "state", Deadly(passages("New")), [])
elif sys.argv[2] == "questions":
    library.put(document("New"), "state", passages("New"), Deadly([("s-New", "Why?")]))
"""


@pytest.mark.parametrize("where", ["passages", "questions"])
def test_a_kill_in_the_middle_of_a_put_changes_nothing(path: Path, where: str) -> None:
    with Library(path) as library:
        put(library, "Old")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path), where], cwd=ROOT, timeout=60, check=False)
    assert killed.returncode == -9
    with Library(path) as library:
        assert library.documents() == [document("Old")]
        assert list(library.embedded_texts()) == ["s-Old"]
        assert library.faults() == []


def test_one_reads_while_another_writes(path: Path) -> None:
    with Library(path) as writer, Library(path) as reader:
        put(writer, "Old")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("DELETE FROM documents")
            assert len(reader.documents()) == 1
            other.execute("ROLLBACK")


# vectors


def encoded(value: float = 1.0) -> Encoded:
    one = np.array([value, 0.0], dtype=np.float32)
    return Encoded(one, np.array([one]), np.array([5], dtype=np.int32))


def test_only_vectors_that_are_not_there_are_missing(path: Path) -> None:
    with Library(path) as library:
        library.put_vectors([("a", encoded())])
        assert library.missing(["a", "b"]) == {"b"}


def test_the_key_of_a_vector_tells_model_and_text() -> None:
    assert vector_key("m", "text") == vector_key("m", "text")
    assert len({vector_key("m", "text"), vector_key("n", "text"), vector_key("m", "texts")}) == 3


def test_vectors_that_nothing_uses_are_swept_away(path: Path) -> None:
    with Library(path) as library:
        library.put_vectors([("a", encoded()), ("b", encoded())])
        assert library.sweep(["a"]) == 1
        assert library.missing(["a", "b"]) == {"b"}


# forgetting


def test_a_new_document_leaves_nothing_to_forget(path: Path) -> None:
    with Library(path) as library:
        put(library, "One")
        assert not library.owes_forgetting()


def test_a_document_stored_again_from_the_same_bytes_leaves_nothing_to_forget(path: Path) -> None:
    with Library(path) as library:
        put(library, "One")
        put(library, "One")
        assert not library.owes_forgetting()


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_what_is_owed_is_remembered_until_it_is_done(path: Path, how: str) -> None:
    with Library(path) as library:
        put(library, "One")
        library.remove("s") if how == "removed" else put(library, "Two", sha256="2")
    with Library(path) as library:
        assert library.owes_forgetting()
        library.forget()
    with Library(path) as library:
        assert not library.owes_forgetting()


@pytest.mark.parametrize("others", [0, 40], ids=["most of the file", "little of the file"])
def test_removed_text_is_nowhere_in_the_files(path: Path, others: int) -> None:
    with Library(path) as library:
        for n in range(others):
            put(library, ". ".join(f"Words that stay, sentence {m}" for m in range(60)), f"other{n}")
        put(library, f"{SECRET} is here. It was {SECRET} all along")
        assert files_that_hold(path.parent, SECRET)
        library.remove("s")
        library.forget()
        assert files_that_hold(path.parent, SECRET) == []  # while it is open, log included
    assert files_that_hold(path.parent, SECRET) == []


# identity, copies, skipped files


def test_two_libraries_are_two(tmp_path: Path) -> None:
    with Library(tmp_path / "a.sqlite") as one, Library(tmp_path / "b.sqlite") as other:
        assert one.identity() == one.identity() != other.identity()


def test_a_copy_holds_the_texts_and_is_not_changed_by_reading(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "shelf.sqlite"
    copy.parent.mkdir()
    with Library(path) as library:
        put(library, "One. Two")
        library.put_vectors([("a", encoded())])
        library.copy_to(copy)
    before = copy.read_bytes()
    with Library(copy, fixed=True) as shelf:
        assert shelf.documents() == [document("One. Two")]
        assert shelf.missing(["a"]) == {"a"}
    assert copy.read_bytes() == before
    assert [file.name for file in copy.parent.iterdir()] == ["shelf.sqlite"]


def test_skipped_files_are_those_of_the_last_run(path: Path) -> None:
    with Library(path) as library:
        library.put_skipped([Skipped("a.doc", "it is old")])
        library.put_skipped([Skipped("b.doc", "it is older", "Save it anew.")])
        assert library.skipped() == [Skipped("b.doc", "it is older", "Save it anew.")]


# damage


def test_a_sound_library_has_no_faults(path: Path) -> None:
    with Library(path) as library:
        put(library, "One")
        assert library.faults() == []


def test_a_passage_without_its_document_is_a_fault(path: Path) -> None:
    with Library(path) as library:
        put(library, "One. Two")
    with closing(sqlite3.connect(path)) as db:  # foreign keys are off here, as in other programs
        db.execute("DELETE FROM documents")
        db.commit()
    with Library(path) as library:
        assert library.faults() == ["2 passages without a document"]


def test_a_torn_page_is_a_fault(path: Path) -> None:
    with Library(path) as library:
        for n in range(50):
            put(library, f"Text {n}. Another", f"s{n}")
    with closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'passages_by_source'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size + size // 2)
        file.write(bytes(size // 2))
    with Library(path) as library:
        assert any(fault.startswith("library: ") for fault in library.faults())


def test_a_file_that_is_no_library_is_told_with_what_to_do(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"This is a letter to my aunt, and no database. " * 100)
    with pytest.raises(IndexDamaged, match=r"library\.sqlite is damaged.*backup, or remove it and run"):
        Library(path)


def test_a_place_that_cannot_hold_a_library_is_told(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").mkdir()
    with pytest.raises(IndexProblem, match="cannot be used just now"):
        Library(tmp_path / "library.sqlite")
