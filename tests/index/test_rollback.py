"""Back to the generation before, as long as nothing in it has been taken out of the folder since."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from index import generation
from index.build import RolledBack, roll_back
from index.errors import IndexBusy, IndexDamaged, IndexMissing, IndexStale
from index.open import open_index
from index.settings import IndexSettings, SplitSettings
from tests.index.doubles import WordVectors, bring_in

SETTINGS = IndexSettings()


def back(place: Path, settings: IndexSettings = SETTINGS) -> RolledBack:
    return roll_back(place / "data", settings, "word-vectors")


def sources(place: Path) -> frozenset[str]:
    with open_index(place / "data", SETTINGS, WordVectors()) as index:
        return index.shelf.sources


@pytest.fixture
def two(place: Path) -> Path:
    """Two generations: without and with a garden."""
    (place / "corpus" / "garden.txt").write_text("The garden in Bradley is kept by seven families.")
    bring_in(place / "corpus", place / "data")
    return place


def test_the_generation_before_serves_again(two: Path) -> None:
    assert "garden" in sources(two)
    done = back(two)
    assert (done.serving, done.before, done.documents) == ("gen-0001", "gen-0002", 5)
    assert "garden" not in sources(two)


def test_after_a_rollback_the_next_run_brings_the_folder_in_again_without_embedding(two: Path) -> None:
    back(two)
    report = bring_in(two / "corpus", two / "data")
    assert (report.embedded, report.published) == (0, True)
    assert "garden" in sources(two)


def test_after_a_rollback_and_a_run_the_one_before_is_the_one_that_served(two: Path) -> None:
    """And not the one that was rolled back from."""
    back(two)
    bring_in(two / "corpus", two / "data")
    assert back(two).serving == "gen-0001"


def test_of_many_generations_two_are_kept(two: Path) -> None:
    (two / "corpus" / "pond.txt").write_text("The pond is deep.")
    bring_in(two / "corpus", two / "data")
    assert sorted(path.name for path in (two / "data").glob("gen-*")) == ["gen-0002", "gen-0003"]


def test_a_first_generation_has_none_before_it(place: Path) -> None:
    with pytest.raises(IndexMissing, match="There is no earlier index to go back to"):
        back(place)


def test_one_cannot_go_back_twice(two: Path) -> None:
    back(two)
    with pytest.raises(IndexMissing, match="There is no earlier index"):
        back(two)
    assert sources(two)


def test_without_an_index_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="There is no index in"):
        roll_back(tmp_path / "nowhere", SETTINGS, "word-vectors")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("how", ["removed", "changed"])
def test_one_cannot_go_back_to_text_that_was_taken_out(two: Path, how: str) -> None:
    garden = two / "corpus" / "garden.txt"
    garden.unlink() if how == "removed" else garden.write_text("The garden is closed.")
    bring_in(two / "corpus", two / "data")
    with pytest.raises(IndexMissing, match="only as long as everything in it is still in the folder of documents"):
        back(two)


def test_one_cannot_go_back_to_other_settings_without_setting_them_back(place: Path) -> None:
    other = IndexSettings(split=SplitSettings(target=40, most=60))
    bring_in(place / "corpus", place / "data", settings=other)
    with pytest.raises(IndexStale, match="gen-0001 was made with other settings for passages. Set that back first"):
        back(place, other)
    assert back(place).serving == "gen-0001"


def test_one_cannot_go_back_to_a_damaged_index(two: Path) -> None:
    (two / "data" / "gen-0001" / "tokens" / "tokens-0.i8").write_bytes(b"")
    with pytest.raises(IndexDamaged, match="gen-0001/tokens/tokens-0.i8"):
        back(two)
    assert generation.current(two / "data") == two / "data" / "gen-0002"


def test_nobody_goes_back_while_another_writes(two: Path) -> None:
    with FileLock(two / "data" / "writer.lock"), pytest.raises(IndexBusy):
        back(two)


def test_generations_are_counted_beyond_four_figures(two: Path) -> None:
    (two / "data" / "gen-0002").rename(two / "data" / "gen-9999")
    generation.switch(two / "data", "gen-9999")
    (two / "corpus" / "pond.txt").write_text("The pond is deep.")
    bring_in(two / "corpus", two / "data")
    assert generation.current(two / "data") == two / "data" / "gen-10000"
    assert "pond" in sources(two)
    assert generation.previous(two / "data").name == "gen-9999"
