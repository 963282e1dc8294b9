"""Where sentences begin and end."""

from __future__ import annotations

import pytest

from index.sentences import blocks, sentences


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith came to Bradley.",
        "It cost £1.5 million in all.",
        "See Fig. 3 and pp. 10-12 for more.",
        "The Rt. Hon. Chuka Umunna MP spoke.",
        "They met Mr. Jones, Mrs. Khan and Prof. Heath.",
        "Some groups, e.g. Poles, were asked.",
        "Councils (e.g. Bradley. And others) were asked.",
        "Kane et al. Found it first.",
        "“Where do I go?” she asked.",
        "The act, No. 7 of that year, was repealed.",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert found(text) == [text]


def test_two_sentences_are_two() -> None:
    assert found("The desk opened in May. It stands in the library! Who pays?") == [
        "The desk opened in May.",
        "It stands in the library!",
        "Who pays?",
    ]


def test_no_sentence_crosses_a_line() -> None:
    assert found("A heading without a full stop\n\nIt goes on here.") == [
        "A heading without a full stop",
        "It goes on here.",
    ]


@pytest.mark.parametrize("mark", ["• ", "1. ", "12) ", "a) ", "(b) "])
def test_the_mark_of_a_list_item_is_not_part_of_its_sentence(mark: str) -> None:
    text = f"We found:\n\n{mark}many people volunteer;"
    assert found(text)[-1] == "many people volunteer;"


def test_blocks_are_lines_with_words() -> None:
    text = "One.\n\n\n• two\nthree"
    assert [text[start:end] for start, end in blocks(text)] == ["One.", "two", "three"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "• "])
def test_nothing_has_no_sentences(text: str) -> None:
    assert found(text) == []
