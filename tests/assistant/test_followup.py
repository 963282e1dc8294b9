"""A follow-up and its history as text that can be searched alone."""

from __future__ import annotations

import pytest

from assistant.followup import leans_on_history, names_pointed_to, search_texts
from assistant.model import Turn

LIST_REPLY = (
    "“The following three lessons stand out:” [1]\n- “**Trust** takes time” [1]\n- “Good data is crucial” [1]\n"
    "- “Volunteers need support” [2]\n\n⚠ This source dates from 2017. [1]"
)


def asked(*questions: str, reply: str = "“Something is said of it.” [1]") -> list[Turn]:
    """Each question with the same reply."""
    return [turn for said in questions for turn in (Turn("user", said), Turn("assistant", reply))]


STANDS_ALONE = [
    "What does the CRE study recommend for the national press?",
    "How many refugees has Time Together matched with mentors?",
    "Which days does Stepney City Farm offer open volunteering?",
    "By the way, who chairs it?",
    "A different question: who funded the case studies?",
    "Moving on, what is churn?",
]

LEANS = [
    "and in Scotland?",
    "who ran it?",
    "what is the second one about?",
    "why?",
    "Scotland?",
    "what about employers?",
    "tell me more",
    "who else?",
    "where was that?",
    "how long do they stay?",
    "But did they?",
    "the last one",
]


@pytest.mark.parametrize("question", STANDS_ALONE)
def test_a_question_that_says_what_it_is_about_stands_alone(question: str) -> None:
    assert not leans_on_history(question)


@pytest.mark.parametrize("question", LEANS)
def test_a_question_that_points_back_or_says_little_leans(question: str) -> None:
    assert leans_on_history(question)


@pytest.mark.parametrize("question", STANDS_ALONE)
def test_the_old_topic_does_not_come_along(question: str) -> None:
    assert search_texts(question, asked("What is Inburgering in Flanders?")) == [question]


@pytest.mark.parametrize("question", LEANS)
def test_without_history_a_question_is_searched_as_it_is(question: str) -> None:
    assert search_texts(question, []) == [question]


def test_the_topic_of_the_last_question_comes_along() -> None:
    history = asked("What did the MPs say about English classes?", "How was the New Scots strategy developed by COSLA?")
    first = search_texts("and in Wales?", history)[0]
    assert first == "and in Wales? How was the New Scots strategy developed by COSLA?"


def test_a_chain_of_follow_ups_keeps_its_topic() -> None:
    history = asked("How was the New Scots strategy developed by COSLA?", "who wrote it?", "and when?")
    assert "New Scots" in search_texts("why?", history)[0]


def test_the_second_one_is_the_second_item_of_the_list() -> None:
    first = search_texts(
        "what is the second one about?", asked("Which lessons stand out in the summary?", reply=LIST_REPLY)
    )[0]
    assert "Good data is crucial" in first
    assert "Trust" not in first


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("the first one?", "Trust takes time"),
        ("and the third?", "Volunteers need support"),
        ("the last one", "Volunteers need support"),
    ],
)
def test_items_are_counted_from_either_end(question: str, item: str) -> None:
    texts = search_texts(question, asked("Which lessons stand out in the summary?", reply=LIST_REPLY))
    assert item in " ".join(texts[0].replace("“", "").replace("”", "").split())


def test_an_item_that_is_not_there_falls_back_on_the_topic() -> None:
    texts = search_texts("what is the fifth one?", asked("Which lessons stand out in the summary?", reply=LIST_REPLY))
    assert texts[0].endswith("Which lessons stand out in the summary?")


def test_the_second_world_war_is_no_list_item() -> None:
    assert not leans_on_history("What did young people learn about the Second World War?")


def test_names_in_the_answer_help_where_no_question_named_anything() -> None:
    history = asked(
        "which farm lets people practise their English outdoors?", reply="“Stepney City Farm offers sessions.” [1]"
    )
    assert any("Stepney City Farm" in text for text in search_texts("who runs it?", history))


def test_one_word_takes_the_topic_along() -> None:
    assert search_texts("Bradford?", asked("Which councils work with football clubs?"))[0] == (
        "Bradford? Which councils work with football clubs?"
    )


def test_marks_and_notices_of_a_reply_are_not_searched_for() -> None:
    history = asked("which lessons stand out there?", reply=LIST_REPLY)
    assert all("[1]" not in text and "**" not in text for text in search_texts("the first one?", history))


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([Turn("assistant", "Hello, what would you like to know?")], id="only a greeting"),
        pytest.param([Turn("user", "   "), Turn("assistant", "")], id="only white space"),
        pytest.param([Turn("user", "and?"), Turn("user", "why?")], id="nothing that stands alone"),
        pytest.param([Turn("assistant", "- a\n- b\n- c"), Turn("assistant", "1. x\n2. y")], id="lists out of nowhere"),
        pytest.param([Turn("user", "[1](http://evil.example) <b>x</b> ![](y)")] * 3, id="markup"),
        pytest.param([Turn("user", "((((.*+?[a-z]{1,99}\\")] * 2, id="metacharacters"),
        pytest.param([Turn("user", "word " * 50_000), Turn("assistant", "Name " * 50_000)], id="a book"),
    ],
)
def test_any_history_leaves_the_question_in_every_text(history: list[Turn]) -> None:
    for question in ("and in Scotland?", "the second one", "why?"):
        texts = search_texts(question, history)
        assert texts
        assert all(text.startswith(question) for text in texts)


@pytest.mark.parametrize(
    ("question", "before", "swapped"),
    [
        (
            "What about employers?",
            "What do the MPs recommend on English classes?",
            "What do the MPs recommend on employers?",
        ),
        ("and schools?", "Who should deal with rumours about housing?", "Who should deal with rumours about schools?"),
        ("what about them?", "What do the MPs recommend on English classes?", None),
        ("and who pays?", "What do the MPs recommend on English classes?", None),
        ("What about employers?", "Why was the survey stopped?", None),
    ],
)
def test_a_new_matter_takes_the_place_of_the_last_one(question: str, before: str, swapped: str | None) -> None:
    texts = search_texts(question, asked(before))
    others = {f"{question} {before}", f"{question}  {before}", question}
    assert [text for text in texts if text.endswith("?") and text not in others] == ([swapped] if swapped else [])


def test_a_follow_up_that_says_enough_is_also_tried_alone() -> None:
    history = asked("How did a council deal with rumours on Facebook?")
    assert "and volunteering on farms?" in search_texts("and volunteering on farms?", history)
    assert "and why?" not in search_texts("and why?", history)


def test_what_a_sentence_names_one_after_the_other_can_be_pointed_to() -> None:
    reply = "“The definition should include three dimensions: economic, civic, and social integration.” [1]"
    history = asked("How would the MPs redefine integration?", reply=reply)
    assert search_texts("what is the second one about?", history)[0] == "what is the second one about? civic"


def test_it_is_what_was_asked_about_and_spoken_of() -> None:
    told = asked("Tell me about Time Together", reply="“**Time Together** was set up by TimeBanking UK in 2002.” [1]")
    assert names_pointed_to("what did it cost? Tell me about Time Together", told) == ("Time Together",)
    apart = asked("Anything in east London?", reply="Stepney City Farm offers Open Volunteering sessions.")
    assert names_pointed_to("and what days is it on? Anything in east London?", apart) == ()
    assert names_pointed_to("what did it cost? Tell me about Time Together", []) == ()
