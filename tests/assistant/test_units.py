"""Whole sentences of a passage, with what each needs to be understood."""

from __future__ import annotations

import pytest

from assistant.assistant import Assistant
from assistant.units import units_of
from tests.assistant.builders import passage


def texts(text: str) -> list[str]:
    return [unit.text for unit in units_of(passage(text))]


def test_each_sentence_is_a_unit() -> None:
    assert texts("It opened in May. Two people work there.\n\nMost visitors are new.") == [
        "It opened in May.",
        "Two people work there.",
        "Most visitors are new.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It aims to help.",
        "They meet every week.",
        "This takes time.",
        "The scheme was closed.",
        "The Senator opened the event.",
        "For example, a farm lends its field.",
        "However, it rains.",
        "“We must try,” she told the audience.",
        "Changing the way we talk is important, she said, because it divides.",
        "In contrast, others stay.",
    ],
)
def test_a_sentence_that_points_back_needs_what_stands_before_it(text: str) -> None:
    assert units_of(passage(text))[0].needs_before


@pytest.mark.parametrize(
    "text",
    [
        "Itinerant teachers come.",
        "The school opened in May.",
        "Thursday is the day they meet.",
        "“We must try,” Ewan Ross told the audience.",
        "Aik Saath runs heritage projects.",
    ],
)
def test_a_sentence_that_stands_alone_does_not(text: str) -> None:
    assert not units_of(passage(text))[0].needs_before


def test_spoken_words_stay_whole_with_the_speaker() -> None:
    spoken = "“I was a guest. Here I am a host. I like it.” Selam, The Long Kitchen"
    assert texts(f"Refugees lead.\n\n{spoken}\n\nIt ends in May.") == ["Refugees lead.", spoken, "It ends in May."]


def test_a_long_speech_is_taken_by_sentences() -> None:
    assert len(texts("“" + "We have come a long way from home. " * 30 + "”")) >= 30


def test_a_quotation_of_two_sentences_is_not_cut() -> None:
    assert texts("She wrote, ‘The time for talking is over. Now is the time to act.’ That was all.") == [
        "She wrote, ‘The time for talking is over. Now is the time to act.’",
        "That was all.",
    ]


def test_a_possessive_opens_no_quotation() -> None:
    assert len(texts("It is about migrants’ rights. It is ‘new’. We looked at refugees’ lives.")) == 3


@pytest.mark.parametrize("mark", ["• ", "1. ", "12) ", "a) ", "(b) "])
def test_a_list_item_is_known_by_its_mark(mark: str) -> None:
    (unit,) = units_of(passage(f"{mark}every newcomer gets a letter"))
    assert (unit.item, unit.text) == (True, "every newcomer gets a letter")


def test_the_second_sentence_of_an_item_is_no_item() -> None:
    assert [unit.item for unit in units_of(passage("• Trust takes time. It pays."))] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "Coventry University",
        "2016.",
        "Why?",
        "by Professor Anthony Heath CBE FBA",
        "Chuka Umunna MP Chair of the Group",
    ],
)
def test_a_title_a_name_or_a_year_is_a_fragment(text: str) -> None:
    assert units_of(passage(text))[0].fragment


@pytest.mark.parametrize(
    "text", ["It opened in May.", "“We try.” That is what she said.", "Three lessons were learned:"]
)
def test_a_sentence_is_no_fragment(text: str) -> None:
    assert not units_of(passage(text))[0].fragment


def test_a_short_list_item_is_no_fragment() -> None:
    assert not units_of(passage("• affordable housing"))[0].fragment


def test_units_lie_in_the_passage_in_order_and_apart(assistant: Assistant) -> None:
    for of in assistant.shelf.passages():
        units = units_of(of)
        assert units
        assert all(0 <= unit.start < unit.end <= len(of.text) for unit in units)
        assert all(one.end <= other.start for one, other in zip(units, units[1:], strict=False))
        assert all(unit.text == unit.text.strip() for unit in units)


def test_no_word_of_the_documents_is_lost_between_units(assistant: Assistant) -> None:
    """What stands between two units are list marks and white space."""
    for of in assistant.shelf.passages():
        kept = set()
        for unit in units_of(of):
            kept |= set(range(unit.start, unit.end))
        lost = "".join(letter for at, letter in enumerate(of.text) if at not in kept)
        assert not any(word.isalpha() and len(word) > 1 for word in lost.split())


def test_every_quotation_of_the_documents_is_closed(assistant: Assistant) -> None:
    for of in assistant.shelf.passages():
        for unit in units_of(of):
            assert unit.text.count("“") == unit.text.count("”")
