"""A question as it is read: its kind, whom it names, which source it is about, and how many things it asks."""

from __future__ import annotations

import pytest

from assistant.reading import (
    Kind,
    facets,
    named_sources,
    names_in,
    number_named,
    read_question,
    without_sources,
)
from ingest.model import Metadata

Shelf = dict[str, Metadata]

KINDS = [
    ("Who chairs the APPG?", Kind.FACT),
    ("When was the Citizenship Survey stopped?", Kind.FACT),
    ("How many people came?", Kind.FACT),
    ("What are the six principles?", Kind.LIST),
    ("Which recommendations does the CRE study make?", Kind.LIST),
    ("List the pillars of London's approach", Kind.LIST),
    ("Name the questions that the inquiry asked", Kind.LIST),
    ("What have other councils done about rumours?", Kind.EXAMPLES),
    ("Give me examples of work with young people", Kind.EXAMPLES),
    ("Any ideas for getting women to mix?", Kind.EXAMPLES),
    ("How can we build trust?", Kind.EXAMPLES),
    ("Do the reports agree on who is responsible?", Kind.COMPARE),
    ("How do the APPG and the British Academy differ on ESOL?", Kind.COMPARE),
    ("Compare the CRE study with the MPs' report on employers", Kind.COMPARE),
    ("What do the reports say about trade unions?", Kind.COMPARE),
    ("What is Inburgering?", Kind.GENERAL),
    ("Tell me about trust", Kind.GENERAL),
    ("Why was the Citizenship Survey stopped?", Kind.GENERAL),
]


@pytest.mark.parametrize(("question", "kind"), KINDS)
def test_the_kind_of_a_question(shelf: Shelf, question: str, kind: Kind) -> None:
    assert read_question(question, shelf).kind is kind


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Did Sunder Katwala close the event?", ["Sunder Katwala"]),
        ("What is Inburgering?", ["Inburgering"]),
        ("What did Rushmoor Borough Council do?", ["Rushmoor Borough Council"]),
        ("Who from Oldham met Senator Ratna Omidvar’s staff?", ["Oldham", "Senator Ratna Omidvar"]),
        ("What is the Joint Council for the Welfare of Immigrants?", ["Joint Council for the Welfare of Immigrants"]),
        ("Canada-Québec Accord", ["Canada-Québec Accord"]),
        ("What does the council do on Monday in May?", []),
        ("What do English councils ask of Government?", []),
        ("Trust. How is it built?", []),
        ("did sunder katwala close the event?", []),
        ("WHO CLOSED THE EVENT?", []),
    ],
)
def test_the_names_in_a_question(question: str, names: list[str]) -> None:
    assert names_in(question) == names


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("What did the APPG recommend?", {"appg-2017"}),
        ("What did the MPs' inquiry hear?", {"appg-2017"}),
        ("What did the MPs’ inquiry hear?", {"appg-2017"}),
        ("What does the CRE study say?", {"ippr-2007"}),
        ("what does the cre study say?", {"ippr-2007"}),
        ("What does Professor Heath write?", {"heath-2017"}),
        ("What was said at the British Library event?", {"british-future-2018"}),
        ("Is the British Academy's view that of the APPG's members?", {"british-academy-2017", "appg-2017"}),
        ("What about the CREATE project?", set()),
        ("Who are the MPsters?", set()),
        ("What builds trust?", set()),
    ],
)
def test_the_sources_that_a_question_names(shelf: Shelf, question: str, sources: set[str]) -> None:
    assert set(named_sources(question, shelf)) == sources


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What does the CRE study say about the national press?", "What does the say about the national press?"),
        ("What did the APPG's members hear from Boston?", "What did the members hear from Boston?"),
        ("What does the CRE study say?", "What does the CRE study say?"),  # nothing else would be left
        ("What builds trust?", "What builds trust?"),
    ],
)
def test_the_name_of_a_source_is_not_searched_for(shelf: Shelf, question: str, rest: str) -> None:
    assert without_sources(question, named_sources(question, shelf)) == rest


@pytest.mark.parametrize(
    ("question", "vague"),
    [
        ("What does the report say about schools?", "report"),
        ("What does this study find?", "study"),
        ("What does the APPG report say about schools?", ""),
        ("In the APPG report, what does the report say about schools?", ""),
        ("What do the reports say?", ""),
    ],
)
def test_a_report_that_could_be_any(shelf: Shelf, question: str, vague: str) -> None:
    assert read_question(question, shelf).vague == vague


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What are the six principles?", 6),
        ("the 4 pillars", 4),
        ("Name all twelve questions", 12),
        ("What helps?", None),
    ],
)
def test_how_many_things_a_question_speaks_of(question: str, number: int | None) -> None:
    assert number_named(question) == number


# several things in one question


def texts(question: str, shelf: Shelf) -> list[str]:
    return [facet.text for facet in facets(read_question(question, shelf), shelf)]


@pytest.mark.parametrize(
    "question",
    [
        "What is Inburgering?",
        "Who set up Time Together?",
        "I run a charity. What could we do?",
        "What do police and schools do?",
    ],
)
def test_a_question_that_asks_one_thing_has_no_parts(shelf: Shelf, question: str) -> None:
    assert texts(question, shelf) == []


def test_each_part_of_a_question_is_searched_for(shelf: Shelf) -> None:
    question = "Which charity set up the mentoring scheme? How many refugees did it match with volunteer mentors?"
    assert texts(question, shelf) == [
        "Which charity set up the mentoring scheme",
        "How many refugees did it match with volunteer mentors?",
    ]


def test_a_part_that_says_little_takes_the_one_before_along(shelf: Shelf) -> None:
    assert texts("What is Time Together and who set it up?", shelf) == [
        "What is Time Together",
        "What is Time Together who set it up?",
    ]


def test_each_source_is_asked_for_what_is_said_of_it(shelf: Shelf) -> None:
    question = "The CRE study wants employers to plan services; what role does the APPG give employers?"
    got = facets(read_question(question, shelf), shelf)
    assert [(facet.text, set(facet.sources)) for facet in got] == [
        ("The wants employers to plan services", {"ippr-2007"}),
        ("what role does the give employers?", {"appg-2017"}),
    ]


def test_a_topic_named_first_belongs_to_each_source(shelf: Shelf) -> None:
    got = facets(read_question("ESOL: what do the MPs want, and what does the Academy say?", shelf), shelf)
    assert [facet.text.split()[0] for facet in got] == ["ESOL", "ESOL"]
    assert [set(facet.sources) for facet in got] == [{"appg-2017"}, {"british-academy-2017"}]


def test_what_a_person_says_of_himself_is_no_topic(shelf: Shelf) -> None:
    question = "I've a meeting on Monday. Schools: what do the MPs want, and what does the Academy say?"
    assert all("meeting" not in text for text in texts(question, shelf))


def test_all_reports_are_one_part_for_each_piece_of_work(shelf: Shelf) -> None:
    got = facets(read_question("What do the reports say about volunteers?", shelf), shelf)
    assert {facet.sources for facet in got} == {
        frozenset({"appg-2017"}),
        frozenset({"british-academy-2017", "heath-2017"}),  # one project told twice is one voice
        frozenset({"british-future-2018"}),
        frozenset({"ippr-2007"}),
    }


def test_a_topic_named_first_belongs_to_each_question(shelf: Shelf) -> None:
    question = "English lessons: what do the MPs propose, and what did the students in South Wales do about it?"
    assert texts(question, shelf) == [
        "English lessons what do the MPs propose",
        "English lessons what did the students in South Wales do about it?",
    ]


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "How do mentoring and farm work differ in the time they ask for?",
            ["mentoring in the time they ask for", "farm work in the time they ask for"],
        ),
        ("I run a club. How does the mentoring differ from the city farm?", ["the mentoring", "the city farm"]),
        ("What's the difference between mentoring and linking schools?", ["mentoring", "linking schools"]),
        (
            "Compare Scotland and England in how they welcome newcomers",
            ["Scotland in how they welcome newcomers", "England in how they welcome newcomers"],
        ),
        ("How do it and that differ?", []),
    ],
)
def test_each_of_two_things_that_are_compared_is_searched_for(shelf: Shelf, question: str, sides: list[str]) -> None:
    assert texts(question, shelf) == sides


def test_a_side_that_is_a_source_is_searched_for_there(shelf: Shelf) -> None:
    got = facets(read_question("How do the Welsh classes and the MPs' wishes on English differ?", shelf), shelf)
    assert [set(facet.sources) for facet in got] == [set(), {"appg-2017"}]


def test_two_years_are_the_sources_of_those_years(shelf: Shelf) -> None:
    got = facets(read_question("2007 versus 2018: how is Scotland seen?", shelf), shelf)
    assert [set(facet.sources) for facet in got] == [{"ippr-2007"}, {"british-future-2018"}]
    assert facets(read_question("1997 versus 2018: how is Scotland seen?", shelf), shelf) == []


def test_a_question_of_many_parts_is_cut_at_four(shelf: Shelf) -> None:
    assert (
        len(texts("What is trust? What is churn? What is ESOL? What is COSLA? What is NCS? What is IPPR?", shelf)) == 4
    )
