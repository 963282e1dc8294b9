"""What is asked for and not there: a year, a name, a figure of something else, words of somebody who only stands by."""

from __future__ import annotations

import pytest

from assistant.answer_types import AnswerType
from assistant.assistant import Assistant
from assistant.missing import Missing, missing, missing_names, unheard_of
from assistant.model import Reason, Refusal, Turn
from index.model import Hit


def gap(assistant: Assistant, question: str) -> Missing | None:
    """What is missing for a question that the documents are surely near to."""
    read = assistant.read(question)
    found = assistant.find(read)
    return missing(assistant.searcher, assistant.names, read, found.hits, found.scored, found.chance)


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("What did the census of 2021 show about Londoners?", "2021"),
        ("What did Rushmoor Borough Council do in 1998?", "1998"),
        ("What happened at the British Library in 2009?", "2009"),
    ],
)
def test_a_year_that_is_not_there_is_named(assistant: Assistant, question: str, year: str) -> None:
    assert gap(assistant, question) == Missing(Reason.NAME_NOT_IN_DOCUMENTS, (year,))


@pytest.mark.parametrize(
    "question",
    [
        "Why was the Citizenship Survey stopped in 2011?",  # the passage names it
        "What did the 2007 study find about Scotland?",  # the source is of it
        "What do reports after 2010 say about trust?",  # it says where to look
        "For our 2027 strategy, why do local partnerships matter?",  # it is the asker's own
    ],
)
def test_a_year_that_asks_for_nothing_is_not_missed(assistant: Assistant, question: str) -> None:
    assert gap(assistant, question) is None


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Boris Johnson say about integration?", "Boris Johnson"),
        ("What is the Manchester strategy for integration?", "Manchester"),
        ("What do Nepalese residents in Aldershot think?", "Aldershot"),
    ],
)
def test_a_name_that_is_not_there_is_said(assistant: Assistant, question: str, name: str) -> None:
    assert gap(assistant, question) == Missing(Reason.NAME_NOT_IN_DOCUMENTS, (name,))


@pytest.mark.parametrize(
    "question",
    ["Who is the current immigration minister?", "Who's the chair of the APPG now?", "who heads the CRE today"],
)
def test_who_holds_an_office_today_is_nothing_that_these_can_tell(assistant: Assistant, question: str) -> None:
    found = gap(assistant, question)
    assert found is not None and found.reason is Reason.ATTRIBUTE_MISSING


def test_who_held_it_then_is(assistant: Assistant) -> None:
    assert gap(assistant, "Who chairs the APPG?") is None


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Umuna", "Chuka Umunna"),
        ("Chuka Umunna MP", "Chuka Umunna"),
        ("Belgian", "In Belgium"),
        ("Nepalese", "Nepali population"),
        ("Rushmore", "Rushmoor Borough Council"),
        ("Louise Casey", "Dame Casey"),
    ],
)
def test_another_form_of_a_name_is_the_name(assistant: Assistant, asked: str, written: str) -> None:
    hits = [Hit(p, 1.0, 1) for p in assistant.shelf.passages() if written in p.text]
    assert hits
    assert missing_names(assistant.searcher, [asked], hits) == ()


@pytest.mark.parametrize("asked", ["Leeds", "Boris Johnson", "Atlantis", "Iqbal Singh"])
def test_another_name_is_not(assistant: Assistant, asked: str) -> None:
    hits = [Hit(p, 1.0, 1) for p in assistant.shelf.passages("heath-2017")[:5]]
    assert missing_names(assistant.searcher, [asked], hits) == (asked,)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How long was the exhibition at Bentley Priory open?", AnswerType.DURATION),
        ("How much did the Xenia workshops cost to run?", AnswerType.AMOUNT),
        ("When did the Welcome Project open?", AnswerType.DATE),
        ("How often does the Rushmoor forum meet?", AnswerType.FREQUENCY),
        (
            "What percentage of people in Halifax were born abroad?",
            AnswerType.SHARE,
        ),  # there is one of London beside it
        ("How many refugees were matched in Scotland by Time Together?", AnswerType.COUNT),
        ("Which ten areas did the 2007 study visit?", AnswerType.PLACE),
        ("Which newspapers did the CRE study blame?", AnswerType.ORGANISATION),
    ],
)
def test_a_figure_of_something_else_is_no_answer(assistant: Assistant, question: str, asked: AnswerType) -> None:
    found = gap(assistant, question)
    assert found is not None
    assert (found.reason, found.types[0]) == (Reason.ATTRIBUTE_MISSING, asked)


@pytest.mark.parametrize(
    "question",
    [
        "What share of Londoners were born abroad?",
        "How many people came to the conference at the British Library?",
        "How often do mentors meet their mentees?",
        "How much are the naturalisation fees?",
        "When was Time Together set up?",
    ],
)
def test_a_figure_of_the_thing_itself_is_one(assistant: Assistant, question: str) -> None:
    assert gap(assistant, question) is None


@pytest.mark.parametrize("question", ["What did Hardip Begol say?", "What did Graham O'Neill say about Scotland?"])
def test_somebody_who_only_stands_by_says_nothing(assistant: Assistant, question: str) -> None:
    assert gap(assistant, question) == Missing(Reason.ATTRIBUTE_MISSING)


@pytest.mark.parametrize(
    "question",
    [
        "What did Matthew Ryder say about London?",
        "What did Sian Sanders of Cardiff Council say about cities?",
        "What did Holly Lynch warn about Halifax?",
        "What did Miles Hewstone say about friendship?",
        "What does the Casey Review say about integration?",  # a review is nobody
    ],
)
def test_somebody_who_speaks_does(assistant: Assistant, question: str) -> None:
    assert gap(assistant, question) is None


def test_examples_and_comparisons_miss_nothing(assistant: Assistant) -> None:
    assert gap(assistant, "What examples are there in Atlantis of work with young people?") is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is quantum chromodynamics?", "The documents do not say anything about quantum chromodynamics."),
        (
            "Why did the schoolmaster bake a pavlova?",
            "The documents do not say anything about schoolmaster or bake or pavlova.",
        ),
    ],
)
def test_what_nobody_wrote_a_word_of_is_not_answered(assistant: Assistant, question: str, said: str) -> None:
    reply = assistant.ask(question)
    assert isinstance(reply, Refusal) and reply.text.startswith(said)


@pytest.mark.parametrize("question", ["Does chromodynamics help newcomers?", "What is churn?", "What is esol?"])
def test_one_word_that_somebody_wrote_is_enough_to_look(assistant: Assistant, question: str) -> None:
    assert unheard_of(assistant.searcher, question) is None


def test_a_cost_of_something_else_is_no_answer_to_what_it_cost(assistant: Assistant) -> None:
    first = "Tell me about Time Together"
    told = assistant.json(assistant.ask(first))["text"]
    reply = assistant.ask("what did it cost?", [Turn("user", first), Turn("assistant", told)])
    assert isinstance(reply, Refusal) and reply.reason is Reason.ATTRIBUTE_MISSING
    assert any("Time Together" in citation.passage.text for citation in reply.nearest)


def test_a_sentence_without_the_figure_is_no_answer(assistant: Assistant) -> None:
    reply = assistant.ask("What share of people think immigration has a positive impact?")
    assert isinstance(reply, Refusal) and reply.reason is Reason.ATTRIBUTE_MISSING


def test_when_a_document_was_published_is_told_from_the_catalogue(assistant: Assistant) -> None:
    reply = assistant.ask("When was the APPG report published?")
    assert isinstance(reply, Refusal)
    assert reply.text.endswith("In the catalogue of the shelf it stands as: APPG interim report, 2017.")
