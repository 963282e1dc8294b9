"""The same file twice, the same text in two files, and passages that say nearly the same."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from index.alike import near_duplicates, sketches
from index.build import plan
from index.library import Library, library_path
from index.model import Passage
from index.settings import IndexSettings
from ingest import IngestSettings, Locator
from tests.index.doubles import WordVectors, bring_in

WORDS = [f"word{n}" for n in range(3000)]


def passage(id_: str, source_id: str, text: str) -> Passage:
    return Passage(id_, source_id, Locator(), text, 0, len(text))


def pairs(passages: list[Passage], of: set[str] | None = None) -> set[tuple[str, str]]:
    sketched = dict(zip([p.id for p in passages], sketches(p.text for p in passages), strict=True))
    return {(one.passage_id, one.other_passage_id) for one in near_duplicates(passages, sketched, of)}


def test_among_thousands_of_passages_those_alike_are_found_and_no_others() -> None:
    draw = random.Random(1)
    texts = [draw.choices(WORDS, k=120) for _ in range(4000)]
    made = [passage(f"p{n}", f"s{n // 40}", " ".join(words)) for n, words in enumerate(texts)]
    expected = set()
    for n in range(0, 1000, 20):
        changed = [*texts[n]]
        changed[draw.randrange(120)] = "other"
        made.append(passage(f"copy{n}", "copies", " ".join([*changed, "and more"])))
        expected.add((f"copy{n}", f"p{n}"))
    assert pairs(made) == expected
    assert pairs(made, of={"copies"}) == expected
    assert pairs(made, of={"s1"}) == {(other, one) for one, other in expected if 40 <= int(other[1:]) < 80}


def test_a_paragraph_that_stands_in_a_hundred_reports_is_told_once_for_each() -> None:
    text = " ".join(random.Random(2).choices(WORDS, k=60))
    found = pairs([passage(f"p{n}", f"s{n}", text) for n in range(100)])
    assert found == {(f"p{n}", "p0") for n in range(1, 100)}


def test_passages_of_one_source_are_no_duplicates_of_each_other() -> None:
    assert pairs([passage("a", "s", "Tea is free."), passage("b", "s", "Tea is free.")]) == set()


def test_texts_without_words_are_borne() -> None:
    assert pairs([passage("a", "s", "…"), passage("b", "t", "…"), passage("c", "u", "")]) <= {("b", "a")}


def test_of_two_equal_files_one_is_read_and_the_other_told(place: Path) -> None:
    shutil.copy(place / "corpus" / "football.txt", place / "corpus" / "another.txt")
    model = WordVectors()
    report = bring_in(place / "corpus", place / "data", model)
    (skipped,) = report.skipped
    assert skipped.path == "another.txt"
    assert skipped.reason == "it is the same file as football.txt, byte for byte"
    assert (report.added, report.published, model.encoded) == ((), False, [])
    planned = plan(place / "corpus", place / "data", IngestSettings(), IndexSettings(), "word-vectors")
    assert (planned.added, planned.skipped) == ((), (skipped,))
    with Library(library_path(place / "data")) as library:
        assert library.skipped() == [skipped]


def test_the_copy_takes_over_when_the_first_is_taken_away(place: Path) -> None:
    shutil.copy(place / "corpus" / "football.txt", place / "corpus" / "another.txt")
    bring_in(place / "corpus", place / "data")
    (place / "corpus" / "football.txt").unlink()
    model = WordVectors()
    report = bring_in(place / "corpus", place / "data", model)
    assert (report.added, report.removed, report.skipped) == (("another",), ("football",), ())
    assert model.encoded == []


def test_of_two_equal_files_the_one_in_the_catalogue_is_read(place: Path) -> None:
    shutil.copy(place / "corpus" / "kitchen.txt", place / "corpus" / "a-kitchen.txt")
    (skipped,) = bring_in(place / "corpus", place / "data").skipped
    assert skipped.path == "a-kitchen.txt"


def test_a_file_of_the_same_text_in_other_bytes_is_told(place: Path) -> None:
    text = (place / "corpus" / "football.txt").read_text()
    (place / "corpus" / "saved-again.txt").write_bytes(text.replace("\n", "\r\n").encode("utf-16"))
    report = bring_in(place / "corpus", place / "data")
    (skipped,) = report.skipped
    assert (skipped.path, skipped.reason) == ("saved-again.txt", "its text is that of football.txt, word for word")
    assert report.added == ()


def test_a_text_whose_twin_is_changing_is_kept(place: Path) -> None:
    """football.txt says something else now, and another file has come that says what it said."""
    file = place / "corpus" / "football.txt"
    (place / "corpus" / "a-league.txt").write_bytes(file.read_text().replace("\n", "\r\n").encode("utf-16"))
    file.write_text("Football is played in the park on Sundays.")
    report = bring_in(place / "corpus", place / "data")
    assert (report.added, report.replaced, report.skipped) == (("a-league",), ("football",), ())


def test_a_library_that_was_copied_is_another_library(place: Path) -> None:
    root = place / "data"
    with Library(library_path(root)) as library:
        mine = library.identity()
        assert library.identity() == mine
    shutil.copytree(root, place / "copy")
    with Library(library_path(place / "copy")) as copy:
        theirs = copy.identity()
        assert theirs != mine
        assert copy.identity() == theirs
    root.rename(place / "moved")
    with Library(library_path(place / "moved")) as moved:
        assert moved.identity() == mine
