"""A damaged index is noticed when it is opened, and made again from the library without the model."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import generation
from index.errors import IndexDamaged, IndexMissing, IndexProblem, IndexUnproved
from index.examine import Count, examine
from index.library import Library, library_path
from index.model import Encoded, Passage
from index.open import open_index
from index.settings import ChromaSettings, IndexSettings
from ingest import Document, Locator, Metadata, Section
from tests.index.doubles import WordVectors, bring_in

SETTINGS = IndexSettings()


def search(place: Path) -> list[str]:
    with open_index(place / "data", SETTINGS, WordVectors()) as index:
        return [hit.passage.id for hit in index.searcher.search("community kitchen")]


def tear(file: Path) -> None:
    """As a copy that was broken off leaves a file."""
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def scribble(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:-20] + b"x" * 20)


def unlink(file: Path) -> None:
    file.unlink()


DAMAGE: list[tuple[str, Callable[[Path], None]]] = [
    ("manifest.json", tear),
    ("manifest.json", unlink),
    ("shelf.sqlite", tear),
    ("shelf.sqlite", scribble),
    ("tokens/tokens-0.i8", tear),
    ("tokens/tokens-0.i8", scribble),
    ("tokens/rarity.npy", unlink),
    ("questions/pooled.npy", tear),
    ("questions/places.json", tear),
    ("bm25/ids.json", scribble),
    ("bm25-expanded/vocab.index.json", tear),
    ("chroma/chroma.sqlite3", tear),
    ("chroma/chroma.sqlite3", unlink),
]


@pytest.mark.parametrize(("name", "damage"), DAMAGE, ids=lambda value: getattr(value, "__name__", value))
def test_a_damaged_file_is_noticed_when_the_index_is_opened(place: Path, name: str, damage: Callable) -> None:
    damage(place / "data" / "gen-0001" / name)
    with pytest.raises(IndexDamaged, match="Run: python app.py index"):
        search(place)


@pytest.mark.parametrize("name", ["manifest.json", "shelf.sqlite", "tokens/tokens-0.i8", "chroma/chroma.sqlite3"])
def test_a_damaged_index_is_made_again_without_the_model(place: Path, name: str) -> None:
    before = search(place)
    tear(place / "data" / "gen-0001" / name)
    report = bring_in(place / "corpus", place / "data")
    assert (report.embedded, report.published, report.replaced) == (0, True, ())
    assert search(place) == before


def test_an_index_that_was_taken_away_is_missing_and_made_again(place: Path) -> None:
    for name in ("", "gen-0099", "../corpus", "\x00"):
        (place / "data" / "CURRENT").write_text(name)
        with pytest.raises(IndexMissing, match="There is no index"):
            search(place)
    assert bring_in(place / "corpus", place / "data").embedded == 0
    assert search(place)


def test_a_search_leaves_the_texts_of_a_generation_as_they_are(place: Path) -> None:
    folder = place / "data" / "gen-0001"
    fixed = [path for path in folder.rglob("*") if path.is_file() and "chroma" not in path.parts]
    before = {path: path.read_bytes() for path in fixed}
    search(place)
    assert {path: path.read_bytes() for path in before} == before
    assert {path for path in folder.rglob("*") if path.is_file() and "chroma" not in path.parts} == set(fixed)


def test_a_generation_that_fails_its_proof_is_not_used(place: Path) -> None:
    root, text = place / "data", "An id with a space in it, which no reader of ours expects."
    with Library(library_path(root)) as library:
        odd = Passage("id with a space", "odd", Locator(), text, 0, len(text))
        document = Document("odd", Metadata("Odd"), "1", (Section("odd", 0, Locator(), text),), "odd.txt")
        (vector,) = WordVectors().encode([text])
        library.put_vectors([(generation.vector_key("word-vectors", text), vector)])
        library.put(document, "state", [(odd, text)], [])
        with pytest.raises(
            IndexDamaged, match="did not pass its check and is not used: the token vectors do not cover"
        ):
            generation.make(root, library, SETTINGS, "word-vectors", 32)
    assert [path.name for path in root.glob("gen-*")] == ["gen-0001"]
    assert search(place)


@pytest.mark.parametrize(("held", "why"), [(True, "Permission denied"), (False, "No such file or directory")])
def test_a_check_that_cannot_be_started_is_told_as_that(tmp_path: Path, held: bool, why: str) -> None:
    python, made = tmp_path / "python", tmp_path / "gen-0001.tmp"
    if held:
        python.write_text("")  # nobody may run it
    with pytest.raises(IndexUnproved) as told:
        generation.prove(made, SETTINGS, str(python))
    assert str(told.value).startswith(
        f"The new index could not be checked: {python} cannot be started ({why}). See that"
    )


def test_vectors_that_chroma_refuses_are_told(place: Path) -> None:
    with Library(library_path(place / "data")) as library:
        keys = [generation.vector_key("word-vectors", text) for text in library.embedded_texts().values()]
        nothing = Encoded(np.full(32, np.nan, np.float32), np.zeros((1, 32), np.float32), np.zeros(1, np.int32))
        library.put_vectors([(key, nothing) for key in keys])
    (place / "corpus" / "garden.txt").write_text("The garden is new.")
    with pytest.raises(IndexProblem, match="Chroma .* does not do its work.*What served before goes on serving"):
        bring_in(place / "corpus", place / "data")
    assert [path.name for path in (place / "data").glob("gen-*")] == ["gen-0001"]


# many passages: Chroma then keeps its vectors in files of their own, which a torn write can break beyond an exception


def test_a_thousand_passages_are_all_there_after_being_opened_twice(many: Path) -> None:
    for _ in range(2):
        with open_index(many, SETTINGS, WordVectors()) as index:
            assert index.searcher.search("thing1077")[0].passage.text.endswith("thing1077.")


def test_a_torn_vector_file_is_noticed_before_chroma_reads_it(many: Path) -> None:
    folder = generation.current(many)
    assert folder
    (vectors,) = (folder / "chroma").rglob("data_level0.bin")
    kept = vectors.read_bytes()
    tear(vectors)
    with (
        pytest.raises(IndexDamaged, match=re.escape("data_level0.bin is not as it was published")),
        open_index(many, SETTINGS, WordVectors()),
    ):
        pass
    vectors.write_bytes(kept)


# doctor


def test_an_index_that_cannot_be_opened_is_a_fault_though_every_digest_is_right(place: Path) -> None:
    """Chroma writes to its own SQLite file whenever it is opened, so no digest watches over that one."""
    assert examine(place / "data", SETTINGS).sound
    (place / "data" / "gen-0001" / "chroma" / "chroma.sqlite3").write_bytes(b"torn")
    assert examine(place / "data").sound
    (fault,) = examine(place / "data", SETTINGS).faults
    assert fault.startswith("gen-0001 cannot be searched.") and fault.endswith("Run: python app.py index")


def test_a_passage_without_a_vector_and_a_vector_without_a_passage_are_told(place: Path) -> None:
    with Library(library_path(place / "data")) as library:
        (vector,) = WordVectors().encode(["nobody says this"])
        library.put_vectors([("nobody", vector)])
        assert examine(place / "data").unused_vectors == 1
        used = [generation.vector_key("word-vectors", text) for text in library.embedded_texts().values()]
        library.sweep([*used[1:], "nobody"])
    (fault,) = examine(place / "data").faults
    assert "have no vector. Run: python app.py index" in fault


def test_a_sound_index_has_no_faults(place: Path) -> None:
    findings = examine(place / "data")
    assert findings.sound
    assert [fact.source_id for fact in findings.documents] == [
        *("bradley-2010", "football", "harbour-2013", "kitchen-2020", "westmoor-2018")
    ]
    assert findings.by_year and {year: count.documents for year, count in findings.by_year.items()} == {
        **dict.fromkeys(("2010", "2013", "2018", "2020"), 1), "unknown": 1,
    }  # fmt: skip
    assert findings.all == Count(
        5, *(sum(getattr(f, what) for f in findings.documents) for what in ("sections", "passages"))
    )
    assert findings.unused_vectors == 0
    assert sum(fact.passages for fact in findings.documents) == len(search(place))


def test_looking_makes_nothing(tmp_path: Path) -> None:
    findings = examine(tmp_path / "nowhere")
    assert findings.faults == (f"There is no library in {tmp_path / 'nowhere'}. Run: python app.py index",)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("gen-0001/tokens/tokens-0.i8", "tokens-0.i8 is not as it was published"),
        ("gen-0001/manifest.json", "no sound manifest"),
        ("CURRENT", "no index that serves"),
        ("library.sqlite", "library"),
    ],
)
def test_what_is_damaged_is_a_fault_and_no_exception(place: Path, name: str, fault: str) -> None:
    tear(place / "data" / name)
    findings = examine(place / "data")
    assert not findings.sound
    assert any(fault in one for one in findings.faults)


def test_text_in_the_library_that_is_not_what_was_stored_is_a_fault(place: Path) -> None:
    path = library_path(place / "data")
    path.write_bytes(path.read_bytes().replace(b'"source_id":"kitchen-2020"', b'"source_ix":"kitchen-2020"'))
    assert any("damaged" in fault for fault in examine(place / "data").faults)


def test_an_index_older_than_the_library_is_a_fault(place: Path) -> None:
    with Library(library_path(place / "data")) as library:
        library.remove("kitchen-2020")
    (fault,) = examine(place / "data").faults
    assert "gen-0001 does not hold what the library holds" in fault


def test_nearly_the_same_passages_are_told(place: Path) -> None:
    text = (place / "corpus" / "football.txt").read_text()
    (place / "corpus" / "copy.txt").write_text(text.replace("Football brings", "Soccer brings"))
    (alike,) = bring_in(place / "corpus", place / "data").near_duplicates
    assert (alike.source_id, alike.other_source_id) == ("copy", "football")
    (found,) = examine(place / "data").near_duplicates
    assert {found.source_id, found.other_source_id} == {"copy", "football"}


def test_another_place_for_the_vectors_is_another_index(place: Path) -> None:
    folder = generation.current(place / "data")
    assert folder
    elsewhere = IndexSettings(chroma=ChromaSettings(host="127.0.0.1", port=9))
    assert "(embedded), the settings say 127.0.0.1:9" in generation.unlike(folder, elsewhere, "word-vectors")
