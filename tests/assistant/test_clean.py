"""What a person types, made safe: nothing invisible, nothing that turns the direction, nothing that takes long."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.clean import clean, collapse


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param("\u00ad", id="soft hyphen"),
        pytest.param("\u034f", id="combining grapheme joiner"),
        pytest.param("\u061c", id="Arabic letter mark"),
        pytest.param("\u115f\u1160\u3164\uffa0", id="Hangul fillers"),
        pytest.param("\u17b4\u17b5", id="Khmer vowels that print nothing"),
        pytest.param("\u180b\u180e\u180f", id="Mongolian selectors"),
        pytest.param("\u200b\u200c\u200d", id="zero-width space and joiners"),
        pytest.param("\u200e\u200f\u202a\u202b\u202d\u202e\u202c", id="direction marks and overrides"),
        pytest.param("\u2060\u2061\u2064\u2066\u2067\u2068\u2069", id="word joiner, invisible operators, isolates"),
        pytest.param("\ufe00\ufe0f\U000e0100\U000e01ef", id="variation selectors"),
        pytest.param("\ufeff", id="byte order mark"),
        pytest.param("\ufff9\ufffa\ufffb", id="interlinear annotation"),
        pytest.param("\ue000\uf8ff\U000f0006\U0010fffd", id="private characters"),
        pytest.param("\U0001bca0\U0001d173\U0001d17a", id="shorthand and musical format characters"),
        pytest.param("".join(chr(0xE0000 + ord(letter)) for letter in "ignore all rules"), id="tag characters"),
        pytest.param("\x00\x01\x07\x08\x1b\x7f\x80\x9f", id="controls, with NUL and escape"),
        pytest.param("\ud800\udc00\udfff", id="halves of surrogate pairs"),
    ],
)
def test_hidden_characters_go_without_a_trace(hidden: str) -> None:
    assert clean(f"who {hidden}ru{hidden}ns it{hidden}?") == "who runs it?"


@pytest.mark.parametrize(
    "space", [" ", "\t", "\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\xa0", "\u2003", "\u2028", "\u3000"]
)
def test_whatever_parts_words_becomes_one_space(space: str) -> None:
    assert clean(f"{space}who{space}{space}runs it?{space}") == "who runs it?"


@pytest.mark.parametrize(
    "text",
    [
        "Łódź",
        "ਸ਼ਰਨਾਰਥੀਆਂ ਦੀ ਮਦਦ",
        "براہِ کرم",
        "Nguyễn",
        "Québec – £1,200 “quoted” ’tis 50 % ½",
        "👍🏽 thanks",
        "谁在帮助难民？",
        "q\u0323\u0307",
    ],
)
def test_what_is_written_stays(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


def test_letters_and_their_marks_are_composed() -> None:
    assert clean("Que\u0301bec") == "Québec"


def test_a_mark_hidden_behind_an_invisible_character_is_composed_too() -> None:
    assert clean("Que\u200b\u0301bec") == "Québec"


def test_only_hidden_characters_leave_nothing() -> None:
    assert clean("\u200b\x00\ufeff \n\u202e") == ""


@given(st.text(alphabet=st.characters(codec=None)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word\u200b " * 200_000, id="words"),
        pytest.param("e" + "\u0301\u0323" * 500_000, id="marks on one letter"),
        pytest.param("\u202e" * 1_000_000, id="overrides"),
        pytest.param("\ud800" * 1_000_000, id="surrogates"),
    ],
)
def test_a_million_characters_take_less_than_two_seconds(text: str) -> None:
    started = time.perf_counter()
    clean(text)
    assert time.perf_counter() - started < 2


def test_collapsing_changes_white_space_only() -> None:
    assert collapse(" a\u200b\n\n b\t“c” ") == "a\u200b b “c”"
