"""Bringing the index in line with the folder: only what changed is read and embedded, and removed text is gone."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from index import generation
from index.build import embedded_text, plan
from index.errors import IndexBusy, IndexProblem, IndexStale
from index.library import Library, library_path
from index.open import open_index
from index.settings import IndexSettings, SplitSettings
from index.split import passages_of
from ingest import CatalogueError, Document, IngestSettings, Locator, Metadata, Section
from tests.index.doubles import WordVectors, bring_in, files_that_hold
from tests.small_corpus import QUESTIONS_IN_ALL

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = IndexSettings()
SECRET = "Quillingtonfax"


def found(place: Path, question: str, settings: IndexSettings = SETTINGS) -> list[str]:
    """Texts of what a search finds, best first."""
    with open_index(place / "data", settings, WordVectors()) as index:
        return [hit.passage.text for hit in index.searcher.search(question)]


def generations(place: Path) -> list[str]:
    return sorted(path.name for path in (place / "data").glob("gen-*"))


def add(place: Path, name: str, text: str) -> None:
    (place / "corpus" / name).write_text(text, encoding="utf-8")


# what is read and embedded


def test_a_first_run_adds_every_document(small_corpus: Path, tmp_path: Path) -> None:
    model = WordVectors()
    report = bring_in(small_corpus, tmp_path / "data", model)
    assert report.added == ("bradley-2010", "football", "harbour-2013", "kitchen-2020", "westmoor-2018")
    assert (report.replaced, report.removed, report.unchanged, report.skipped) == ((), (), (), ())
    assert report.published
    assert report.embedded == len(model.encoded) == report.passages + QUESTIONS_IN_ALL


def test_a_second_run_reads_and_embeds_nothing(place: Path) -> None:
    model = WordVectors()
    report = bring_in(place / "corpus", place / "data", model)
    assert (report.embedded, model.encoded, report.published) == (0, [], False)
    assert len(report.unchanged) == 5


def test_a_second_run_leaves_every_file_as_it_is(place: Path) -> None:
    files = [path for path in (place / "data").rglob("*") if path.is_file() and "chroma" not in path.parts]
    before = {path: path.stat().st_mtime_ns for path in files if path.name != "writer.lock"}
    bring_in(place / "corpus", place / "data")
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_two_builds_of_the_same_folder_are_the_same(place: Path, tmp_path: Path) -> None:
    other = bring_in(place / "corpus", tmp_path / "other").fingerprint
    assert bring_in(place / "corpus", place / "data").fingerprint == other


def test_an_added_file_costs_its_own_passages_only(place: Path) -> None:
    add(place, "garden.txt", "The garden in Bradley is kept by seven families.")
    model = WordVectors()
    report = bring_in(place / "corpus", place / "data", model)
    assert report.added == ("garden",)
    assert model.encoded == ["The garden in Bradley is kept by seven families."]
    assert "garden" in found(place, "Which garden is kept by families?")[0]


def test_a_changed_file_replaces_its_own_passages_only(place: Path) -> None:
    with Library(library_path(place / "data")) as library:
        before = library.embedded_texts()
    add(place, "kitchen.txt", f"The kitchen has closed. {SECRET} bought the building.")
    report = bring_in(place / "corpus", place / "data")
    assert (report.replaced, report.embedded) == (("kitchen-2020",), 1)
    with Library(library_path(place / "data")) as library:
        after = library.embedded_texts()
    assert {id_: text for id_, text in before.items() if "kitchen" not in id_}.items() <= after.items()
    assert [text for id_, text in after.items() if "kitchen" in id_] == [
        f"The Long Kitchen\nThe kitchen has closed. {SECRET} bought the building."
    ]


def test_a_file_whose_first_paragraph_changes_keeps_the_vectors_of_the_others(place: Path) -> None:
    paragraphs = [f"Paragraph {n} " + " ".join(f"word{n}x{m}" for m in range(110)) + "." for n in range(4)]
    add(place, "long.txt", "\n\n".join(paragraphs))
    assert bring_in(place / "corpus", place / "data").embedded == 4
    add(place, "long.txt", "\n\n".join([paragraphs[0].replace("word0x1 ", "other "), *paragraphs[1:]]))
    assert bring_in(place / "corpus", place / "data").embedded == 1


@pytest.mark.parametrize("old", ["bradley.txt", "football.txt"], ids=["in the catalogue", "not in the catalogue"])
def test_a_renamed_file_keeps_its_vectors(place: Path, old: str) -> None:
    corpus = place / "corpus"
    (corpus / old).rename(corpus / "renamed.txt")
    catalogue = corpus / "catalogue.toml"
    catalogue.write_text(catalogue.read_text().replace(f'"{old}"', '"renamed.txt"'))
    report = bring_in(corpus, place / "data")
    assert report.embedded == 0
    assert report.published


def test_a_new_entry_in_the_catalogue_shows_without_embedding(place: Path) -> None:
    catalogue = place / "corpus" / "catalogue.toml"
    catalogue.write_text(catalogue.read_text().replace('published = "2010-06"', 'published = "2011-07"'))
    report = bring_in(place / "corpus", place / "data")
    assert (report.replaced, report.embedded) == (("bradley-2010",), 0)
    with open_index(place / "data", SETTINGS, WordVectors()) as index:
        assert index.shelf.metadata["bradley-2010"].published == "2011-07"


def test_a_new_predicted_question_costs_one_vector(place: Path) -> None:
    with (place / "corpus" / "questions.jsonl").open("a") as file:
        line = {"source": "kitchen-2020", "quote": "neighbours wash up", "questions": ["Who does the dishes?"]}
        file.write(json.dumps(line) + "\n")
    report = bring_in(place / "corpus", place / "data")
    assert (report.replaced, report.embedded) == (("kitchen-2020",), 1)
    assert "neighbours wash up" in found(place, "Who does the dishes?")[0]


def test_the_name_of_a_file_is_not_embedded_as_a_title() -> None:
    named = Document(
        "s", Metadata("scan_0012", origins=(("title", "file name"),)), "", (Section("s", 0, Locator(), "Words."),)
    )
    titled = Document("s", Metadata("A title"), "", (Section("s", 0, Locator(heading=("One", "Two")), "Words."),))
    (plain,), (full,) = (passages_of(one, SplitSettings()) for one in (named, titled))
    assert embedded_text(named, plain) == "Words."
    assert embedded_text(titled, full) == "A title. One > Two\nWords."


# what is taken out


def test_a_removed_file_is_found_no_more(place: Path) -> None:
    assert "Kitchen" in found(place, "community kitchen for refugees")[0]
    (place / "corpus" / "kitchen.txt").unlink()
    _without_entry(place, "kitchen.txt")
    assert bring_in(place / "corpus", place / "data").removed == ("kitchen-2020",)
    assert not any("Kitchen" in text for text in found(place, "community kitchen for refugees"))


def _without_entry(place: Path, file: str) -> None:
    catalogue = place / "corpus" / "catalogue.toml"
    entries = catalogue.read_text().split("[[document]]")
    catalogue.write_text("[[document]]".join(entry for entry in entries if f'"{file}"' not in entry))


def test_the_text_of_a_removed_file_is_in_no_file_on_disk(place: Path) -> None:
    add(place, "secret.txt", f"{SECRET} lives in the blue house. Everybody in Bradley knows {SECRET}.")
    bring_in(place / "corpus", place / "data")
    add(place, "another.txt", "A generation that holds the secret as well.")
    bring_in(place / "corpus", place / "data")
    assert len(files_that_hold(place / "data", SECRET)) > 3  # the search for bytes does find it
    (place / "corpus" / "secret.txt").unlink()
    bring_in(place / "corpus", place / "data")
    assert files_that_hold(place / "data", SECRET) == []


def test_words_that_were_changed_are_in_no_file_on_disk(place: Path) -> None:
    add(place, "secret.txt", f"{SECRET} lives in the blue house.")
    bring_in(place / "corpus", place / "data")
    add(place, "secret.txt", "Somebody lives in the blue house.")
    bring_in(place / "corpus", place / "data")
    assert files_that_hold(place / "data", SECRET) == []


def test_a_file_that_holds_no_text_any_more_is_removed_and_told(place: Path) -> None:
    add(place, "secret.txt", f"{SECRET} lives in the blue house.")
    bring_in(place / "corpus", place / "data")
    add(place, "secret.txt", "   \n")
    report = bring_in(place / "corpus", place / "data")
    assert report.removed == ("secret",)
    assert [skipped.path for skipped in report.skipped] == ["secret.txt"]
    assert files_that_hold(place / "data", SECRET) == []


def test_a_file_that_cannot_be_opened_just_now_is_not_forgotten(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place / "corpus")  # the name of a socket must be short
    Path("football.txt").unlink()
    with socket.socket(socket.AF_UNIX) as nobody_may_open_this:
        nobody_may_open_this.bind("football.txt")
        report = bring_in(place / "corpus", place / "data")
    assert report.removed == ()
    assert [skipped.path for skipped in report.skipped] == ["football.txt"]
    assert any("Football" in text for text in found(place, "football teams"))


# nothing to read


def test_an_empty_folder_is_told_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with pytest.raises(IndexProblem, match="There is no document to read in .*corpus.*Put documents there"):
        bring_in(tmp_path / "corpus", tmp_path / "data")
    assert generation.current(tmp_path / "data") is None


def test_a_folder_that_has_become_empty_takes_nothing_away(place: Path) -> None:
    """A disk that is not mounted looks like this."""
    shutil.rmtree(place / "corpus")
    (place / "corpus").mkdir()
    with pytest.raises(IndexProblem, match="Nothing was removed.*To forget what is indexed, remove the folder"):
        bring_in(place / "corpus", place / "data")
    assert found(place, "community kitchen for refugees")


def test_a_folder_without_a_readable_file_says_why(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 9)
    with pytest.raises(IndexProblem, match=r"picture\.png: it is a picture"):
        bring_in(tmp_path / "corpus", tmp_path / "data")


@pytest.mark.parametrize("broken", ["catalogue", "questions"])
def test_a_broken_file_of_ours_changes_nothing(place: Path, broken: str) -> None:
    name = {"catalogue": "catalogue.toml", "questions": "questions.jsonl"}[broken]
    (place / "corpus" / name).write_text("{ this is torn")
    (place / "corpus" / "kitchen.txt").write_text("Changed.")
    with pytest.raises((CatalogueError, IndexProblem), match=name):
        bring_in(place / "corpus", place / "data")
    assert any("Long Kitchen" in text for text in found(place, "community kitchen for refugees"))


# settings


def test_other_sizes_of_passages_make_the_index_stale_until_it_is_made_anew(place: Path) -> None:
    other = IndexSettings(split=SplitSettings(target=40, most=60))
    with pytest.raises(IndexStale, match="other settings for passages.*python app.py index"):
        found(place, "desk", other)
    report = bring_in(place / "corpus", place / "data", settings=other)
    assert len(report.replaced) == 5
    assert max(len(text.split()) for text in found(place, "desk", other)) <= 60


def test_another_model_makes_the_index_stale_until_it_is_made_anew(place: Path) -> None:
    model = WordVectors("another-model")
    with (
        pytest.raises(IndexStale, match="word-vectors, the settings say another-model"),
        open_index(place / "data", SETTINGS, model),
    ):
        pass
    report = bring_in(place / "corpus", place / "data", model)
    assert report.embedded == report.passages + QUESTIONS_IN_ALL
    with open_index(place / "data", SETTINGS, model) as index:
        assert index.model == "another-model"


def test_settings_of_the_search_change_nothing_on_disk(place: Path) -> None:
    other = IndexSettings.model_validate({"search": {"top_k": 3, "rerank": "none"}})
    assert not bring_in(place / "corpus", place / "data", settings=other).published
    assert len(found(place, "desk", other)) == 3


# a dry run


def dry_run(place: Path, settings: IndexSettings = SETTINGS) -> object:
    return plan(place / "corpus", place / "data", IngestSettings(), settings, "word-vectors")


def test_a_dry_run_says_what_a_run_would_do(place: Path) -> None:
    add(place, "garden.txt", "The garden is kept by seven families.")
    add(place, "football.txt", "Football has changed.")
    (place / "corpus" / "kitchen.txt").unlink()
    _without_entry(place, "kitchen.txt")
    (place / "corpus" / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    planned, done = dry_run(place), bring_in(place / "corpus", place / "data")
    assert (planned.added, planned.replaced, planned.removed) == (("garden",), ("football",), ("kitchen-2020",))
    assert (done.added, done.replaced, done.removed) == (planned.added, planned.replaced, planned.removed)
    assert done.unchanged == planned.unchanged == ("bradley-2010", "harbour-2013", "westmoor-2018")
    assert [skipped.path for skipped in planned.skipped] == ["old.doc"]


def test_a_dry_run_knows_that_other_settings_replace_everything(place: Path) -> None:
    assert len(dry_run(place, IndexSettings(split=SplitSettings(target=40, most=60))).replaced) == 5


def test_a_dry_run_changes_nothing(place: Path) -> None:
    add(place, "garden.txt", "The garden is kept by seven families.")
    before = {path: path.read_bytes() for path in sorted((place / "data").rglob("*")) if path.is_file()}
    dry_run(place)
    assert {path: path.read_bytes() for path in sorted((place / "data").rglob("*")) if path.is_file()} == before


def test_a_dry_run_of_a_first_run_makes_nothing(small_corpus: Path, tmp_path: Path) -> None:
    planned = plan(small_corpus, tmp_path / "data", IngestSettings(), SETTINGS, "word-vectors")
    assert len(planned.added) == 5
    assert not (tmp_path / "data").exists()


# other processes, and the disk


def test_a_second_writer_is_turned_away_at_once(place: Path) -> None:
    with FileLock(place / "data" / "writer.lock"):
        started = time.perf_counter()
        with pytest.raises(IndexBusy, match="Another process is indexing into .*Wait for it to finish"):
            bring_in(place / "corpus", place / "data")
    assert time.perf_counter() - started < 1


def test_the_lock_of_a_writer_that_died_holds_nobody_up(place: Path) -> None:
    script = "import os, sys; from filelock import FileLock; FileLock(sys.argv[1]).acquire(); os._exit(1)"
    subprocess.run([sys.executable, "-c", script, str(place / "data" / "writer.lock")], check=False, timeout=60)
    assert not bring_in(place / "corpus", place / "data").published


def test_a_place_that_cannot_be_written_to_is_told(place: Path) -> None:
    (place / "file").write_text("")
    with pytest.raises(IndexProblem, match="cannot be written: Not a directory"):
        bring_in(place / "corpus", place / "file" / "data")


FULL_DISK = """
import resource, sys
from pathlib import Path
from index.errors import IndexProblem
from tests.small_corpus import QUESTIONS_IN_ALL
from tests.index.doubles import bring_in
room = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))  # no file can grow beyond this, as on a disk that is full
try:
    bring_in(Path(sys.argv[1], "corpus"), Path(sys.argv[1], "data"))
except IndexProblem as problem:
    print(problem)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of this kind are not known there")
@pytest.mark.parametrize("room", [40_000, 150_000], ids=["for the library", "for the generation"])
def test_a_full_disk_is_told_and_costs_nothing(place: Path, room: int) -> None:
    words = " ".join(f"word{n}" for n in range(5000))
    add(place, "large.txt", "\n\n".join(f"{words[at : at + 700]}." for at in range(0, len(words), 700)))
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(place), str(room)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "See to the disk and the permissions, then try again." in done.stdout, done.stderr
    assert found(place, "community kitchen for refugees")
    assert generations(place) == ["gen-0001"]
    assert bring_in(place / "corpus", place / "data").added == ("large",) or found(place, "word4900")
