"""What a question asks to be searched: read only where it says so, with the words that say it, and never over a person's own
choice."""

from __future__ import annotations

import pytest

from assistant.model import Narrowing
from assistant.narrowing import each, joined, label, narrowings
from index.model import Filters
from ingest.model import Metadata

Shelf = dict[str, Metadata]


def read(question: str, shelf: Shelf) -> set[tuple[str, str]]:
    return {(one.field, one.value) for one in narrowings(question, shelf)}


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("In the APPG report, what is said about London?", {("source", "appg-2017")}),
        ("According to the CRE study, who misleads people?", {("source", "ippr-2007")}),
        ("What is said about trust in the British Academy summary?", {("source", "british-academy-2017")}),
        ("What does the APPG report say about women?", {("source", "appg-2017")}),
        ("What are the key messages of the British Academy report?", {("source", "british-academy-2017")}),
        ("Does the CRE study agree with others on trust?", set()),
        ("What does the CRE research recommend, and what did Rushmoor do?", set()),
        ("What did the APPG recommend on data?", set()),  # it names a speaker, and others may tell of him
        ("What builds trust?", set()),
    ],
)
def test_a_source_to_look_in(shelf: Shelf, question: str, wanted: set[tuple[str, str]]) -> None:
    assert read(question, shelf) == wanted


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What has been published since 2015 on ESOL?", "2015", None),
        ("Any reports after 2010 about trust?", "2011", None),
        ("Any reports from 2010 about trust?", "2010", None),
        ("What did the documents before 2010 say about work?", None, "2009"),
        ("What do the papers up to 2017 say about work?", None, "2017"),
        ("What was published in 2017 about English classes?", "2017", "2017"),
        ("What do reports from 2010 to 2017 say about trust?", "2010", "2017"),
        ("What do the documents published between 2016 and 2018 say?", "2016", "2018"),
        ("What has changed since 2011?", None, None),  # a year in the matter, not of a document
        ("What happened before 2010?", None, None),
        ("Which evidence is from 2010 to 2015?", None, None),
        ("Who came in 2017?", None, None),
    ],
)
def test_years_of_publication(shelf: Shelf, question: str, since: str | None, until: str | None) -> None:
    found = dict(read(question, shelf))
    assert (found.get("since"), found.get("until")) == (since, until)


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What is said about trust in the case studies?", {"case study"}),
        ("Any ideas for women, only blog posts please", {"blog"}),
        ("What do the blogs say?", set()),  # of them, and not within them
        ("Who funded the case studies?", set()),
        ("Any case studies on ESOL?", set()),
    ],
)
def test_a_kind_of_document(shelf: Shelf, question: str, kinds: set[str]) -> None:
    assert {value for field, value in read(question, shelf) if field == "kind"} == kinds


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("How are people received in Scotland?", "Scotland"),
        ("and in Scotland?", "Scotland"),
        ("What is being done in Bradford for young people?", "Bradford"),
        ("Projects from Wales", "Wales"),
        ("How does Scotland differ from England?", None),
        ("What is easier in Scotland than in England?", None),
        ("What did the CRE study find in Wales?", None),  # that study, whatever it covers
        ("I work in Bradford. How do I reach women at home?", None),  # where the asker is says nothing
        ("We are a charity in Cardiff: who else has done this?", None),
        ("What can we learn in Cardiff from others?", None),
        ("What is the lesson from Bradford's schools?", None),
        ("How are people received in Flanders?", None),  # no document is about it; some compare with it
        ("What is done in the UK?", None),
    ],
)
def test_a_place(shelf: Shelf, question: str, place: str | None) -> None:
    assert dict(read(question, shelf)).get("place") == place


@pytest.mark.parametrize(
    ("question", "publisher"),
    [
        ("What is said of trust in papers published by the British Academy in 2017?", "British Academy"),
        ("Anything published by British Future on London?", "British Future"),
        ("Anything published by Nobody Ltd?", None),
    ],
)
def test_a_publisher(shelf: Shelf, question: str, publisher: str | None) -> None:
    assert dict(read(question, shelf)).get("publisher") == publisher


def test_each_comes_with_its_words(shelf: Shelf) -> None:
    question = "What do reports since 2015 say about work in Scotland?"
    assert {(one.field, one.words) for one in narrowings(question, shelf)} == {
        ("since", "since 2015"),
        ("place", "in Scotland"),
    }
    assert all(one.words in question for one in narrowings(question, shelf))


def test_what_a_person_set_stays(shelf: Shelf) -> None:
    asked = Filters(sources=frozenset({"heath-2017"}), until=2018)
    found = joined(asked, narrowings("In the APPG report since 2015, what is said on blogs in Wales?", shelf))
    assert found == asked


def test_what_a_person_left_open_is_read(shelf: Shelf) -> None:
    found = joined(Filters(kinds=frozenset({"report"})), narrowings("What do reports since 2015 say in Wales?", shelf))
    assert found == Filters(kinds=frozenset({"report"}), since=2015, place="Wales")


def test_filters_one_by_one_and_as_they_are_shown(shelf: Shelf) -> None:
    every = Filters(frozenset({"appg-2017"}), 2010, 2018, frozenset({"case study", "poem"}), "Wales", "Academy")
    assert [label(one, shelf) for one in each(every)] == [
        "APPG interim report",
        "case studies",
        "poem",
        "published in 2010 or later",
        "published in 2018 or earlier",
        "about Wales",
        "published by Academy",
    ]
    assert each(Filters()) == ()
    assert label(Narrowing("source", "gone-1999"), shelf) == "gone-1999"
