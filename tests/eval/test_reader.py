"""The reader's weights are those of its card, and what it says of a passage keeps its shape."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from eval.train.export import export
from eval.train.network import fresh_upper, published
from eval.train.reader import Reader, windows
from index.embedding import bundled_folder
from index.errors import ModelUnusable

MILL = "The old mill was turned into a library. It opened in 1974 and cost £12,000. Forty people came to the first evening."
WOOD = "The wood lies behind the school. Nobody is allowed to cut its trees."


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a network that was taught nothing."""
    folder: Path = tmp_path_factory.mktemp("weights")
    export(fresh_upper(published(bundled_folder())), (1.0, 0.0), {}, folder)
    return folder


@pytest.fixture(scope="module")
def reader(weights: Path) -> Reader:
    return Reader(weights)


def test_a_chance_a_place_and_shares_that_add_up(reader: Reader) -> None:
    for found, text in zip(reader.score("When did the library open?", [MILL, WOOD]), (MILL, WOOD), strict=True):
        assert 0 < found.answerable < 1
        assert found.span and 0 <= found.span[0] < found.span[1] <= len(text)
        middle = text.index(".")
        assert 0 < found.share(0, middle) + found.share(middle, len(text)) <= 1


def test_windows_cover_a_text_in_whole_sentences() -> None:
    text = f"{MILL} {WOOD} " * 6
    spans = windows(text)
    assert len(spans) > 2
    assert all(text[start:end].endswith(".") for start, end in spans)
    assert " ".join(text[start:end] for start, end in spans) == text.strip()


def test_a_passage_without_words_holds_nothing(reader: Reader) -> None:
    assert reader.score("When did it open?", [""])[0].answerable == 0
    assert reader.score("When did it open?", [""])[0].span is None
    assert reader.score("When did it open?", []) == []


def test_the_same_question_is_read_the_same_again(reader: Reader) -> None:
    first = reader.score("What did it cost?", [MILL, WOOD])
    assert [one.answerable for one in reader.score("What did it cost?", [MILL, WOOD])] == [
        one.answerable for one in first
    ]


def test_a_long_passage_is_read_as_far_as_it_goes(reader: Reader) -> None:
    (found,) = reader.score("When did the library open?", [MILL * 60])
    assert found.span and found.span[1] <= len(MILL * 60)


def test_weights_that_are_not_the_cards_are_refused(weights: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(weights, tmp_path / "weights")
    changed = folder / "reader.safetensors"
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelUnusable, match="not those of its card"):
        Reader(folder)


def test_absent_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="reader train"):
        Reader(tmp_path)
