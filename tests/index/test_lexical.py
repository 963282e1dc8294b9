"""Lexical search: BM25 over stems."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.lexical import LexicalIndex
from index.words import content_words, stem, stems, words

TEXTS = {
    "desk": "The welcome desk organised advice in the neighbourhood centre.",
    "cafe": "A language café is a place where people talk. The café needs tea, and tea is cheap.",
    "work": "Workers recruited abroad labour in the packing plant. Unemployment fell by 12.5 per cent in 2017.",
}


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build(list(TEXTS), list(TEXTS.values()))


def best(index: LexicalIndex, query: str) -> str:
    scores = index.scores(query)
    return index.ids[int(scores.argmax())] if scores.max() > 0 else ""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("organizing advice", "desk"),
        ("neighborhood center", "desk"),
        ("who recruits?", "work"),
        ("labor", "work"),
        ("TEA", "cafe"),
        ("12.5", "work"),
        ("What about the people’s café?", "cafe"),
    ],
)
def test_a_word_is_found_in_another_form_and_spelling(index: LexicalIndex, query: str, found: str) -> None:
    assert best(index, query) == found


@pytest.mark.parametrize("query", ["", "the of and", "xyzzy", "?!", "\x00", "☃", "给我"])
def test_a_question_without_a_known_word_scores_nothing(index: LexicalIndex, query: str) -> None:
    assert index.scores(query).tolist() == [0.0, 0.0, 0.0]


def test_an_unknown_word_changes_nothing(index: LexicalIndex) -> None:
    assert index.scores("tea xyzzy").tolist() == index.scores("tea").tolist()


def test_a_word_said_twice_counts_more_than_a_word_said_once(index: LexicalIndex) -> None:
    once = LexicalIndex.build(["once", "twice", "other"], ["tea is good", "tea tea good", "no drink at all"])
    scores = dict(zip(once.ids, once.scores("tea"), strict=True))
    assert scores["twice"] > scores["once"] > scores["other"] == 0


@pytest.mark.parametrize("texts", [[], [""], ["the of and"]])
def test_a_corpus_without_words_can_be_asked(texts: list[str]) -> None:
    index = LexicalIndex.build([f"p{n}" for n in range(len(texts))], texts)
    assert index.scores("tea").tolist() == [0.0] * len(texts)


def test_what_is_saved_scores_the_same_when_it_is_loaded(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path)
    assert loaded.ids == index.ids
    assert loaded.scores("tea in the centre").tolist() == index.scores("tea in the centre").tolist()


def test_an_empty_index_can_be_saved_and_loaded(tmp_path: Path) -> None:
    LexicalIndex.build([], []).save(tmp_path)
    assert LexicalIndex.load(tmp_path).scores("tea").tolist() == []


def test_a_word_that_few_texts_hold_is_rarer(index: LexicalIndex) -> None:
    assert index.rarity(stem("plant")) == pytest.approx(index.rarity(stem("tea")))
    common = LexicalIndex.build(["a", "b", "c"], ["tea", "tea", "tea plant"])
    # "tea" is in 3 of 3: ln(1 + 0.5 / 3.5) = 0.134.  "plant" in 1 of 3: ln(1 + 2.5 / 1.5) = 0.981.
    assert common.rarity("tea") == pytest.approx(0.134, abs=0.001)
    assert common.rarity("plant") == pytest.approx(0.981, abs=0.001)


def test_a_word_that_no_text_holds_is_the_rarest(index: LexicalIndex) -> None:
    assert index.rarity("xyzzi") >= index.rarity("plant")
    assert not index.known("xyzzi")
    assert index.known("plant")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organization", "organisations"),
        ("recognizing", "recognised"),
        ("programs", "programme"),
        ("neighbor", "neighbours"),
        ("council's", "councils"),
    ],
)
def test_two_forms_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_are_parted_at_hyphens_and_figures_stay_whole() -> None:
    assert words("Co-operation cost £1,700.50 in 2017–18.") == [
        "co",
        "operation",
        "cost",
        "£1,700.50",
        "in",
        "2017",
        "18",
    ]


def test_words_without_a_topic_do_not_count() -> None:
    assert content_words("What should we do about the housing?") == ["housing"]
    assert stems("What should we do about it?") == []
