"""What sort of thing a question asks for, and which words of a sentence could be it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.answer_types import AnswerType, candidates, expected_types
from ingest.model import Document

ASKS_FOR = [
    ("How much does naturalisation cost?", AnswerType.AMOUNT),
    ("How much are the naturalisation fees?", AnswerType.AMOUNT),
    ("What is the fee for citizenship?", AnswerType.AMOUNT),
    ("How expensive is the survey?", AnswerType.AMOUNT),
    ("How much money did the trust give?", AnswerType.AMOUNT),
    ("What was the budget of the project?", AnswerType.AMOUNT),
    ("How much did they pay for it?", AnswerType.AMOUNT),
    ("What percentage of Londoners were born abroad?", AnswerType.SHARE),
    ("What proportion of households take part?", AnswerType.SHARE),
    ("What share of the courses must be attended?", AnswerType.SHARE),
    ("How many times more than in Germany is the fee?", AnswerType.SHARE),
    ("How many refugees were matched with mentors?", AnswerType.COUNT),
    ("HOW MANY PEOPLE CAME?", AnswerType.COUNT),
    ("How large is the sample?", AnswerType.COUNT),
    ("What number of submissions came in?", AnswerType.COUNT),
    ("What is the population of Wales?", AnswerType.COUNT),
    ("How often do mentors meet?", AnswerType.FREQUENCY),
    ("Which days are the sessions on?", AnswerType.FREQUENCY),
    ("How many hours a month do mentors give?", AnswerType.FREQUENCY),
    ("How much time do volunteers give?", AnswerType.FREQUENCY),
    ("How long does a mentoring relationship last?", AnswerType.DURATION),
    ("How many months does the programme take?", AnswerType.DURATION),
    ("When was the Citizenship Survey stopped?", AnswerType.DATE),
    ("What year did the strategy come out?", AnswerType.DATE),
    ("In which month did the inquiry start?", AnswerType.DATE),
    ("Since when has the scheme run?", AnswerType.DATE),
    ("How old is Aysha?", AnswerType.AGE),
    ("What ages does the service take?", AnswerType.AGE),
    ("Which age group is it for?", AnswerType.AGE),
    ("Who chairs the APPG?", AnswerType.PERSON),
    ("And who funds it?", AnswerType.PERSON),
    ("Whose essay is about the lunch club?", AnswerType.PERSON),
    ("By whom was the report written?", AnswerType.PERSON),
    ("Which MP warned about Halifax?", AnswerType.PERSON),
    ("Which charity set up Time Together?", AnswerType.ORGANISATION),
    ("What organisation runs the lunch club?", AnswerType.ORGANISATION),
    ("Which university trains the teachers?", AnswerType.ORGANISATION),
    ("Where did the Linking Network start?", AnswerType.PLACE),
    ("In which town is the farm?", AnswerType.PLACE),
    ("Which countries are looked at?", AnswerType.PLACE),
    ("Which cities are named?", AnswerType.PLACE),
    ("Which part of London is Xenia in?", AnswerType.PLACE),
]

ASKS_FOR_NO_SUCH_THING = [
    "What is Inburgering?",
    "Why does the APPG want a new strategy?",
    "How can councils build trust?",
    "What do the reports say about contact?",
    "How much does language matter?",
    "How much importance is given to language?",
    "How much is known about outcomes?",
    "What are the costs and benefits of citizenship?",
    "What are the costs of not integrating?",
    "When people of different backgrounds meet, what happens?",
    "Where possible, what should councils do?",
    "Which parties are represented?",
    "What is the number one priority?",
    "Do mentors get training?",
]

# A sentence of the five documents -> what in it could be the answer. Each is checked to stand in its document.
HOLDS = [
    ("How much is the fee?", "appg-2017", "naturalisation fees, which have recently spiralled to just under £1,200—almost ten times the cost to the Home Office", ["just under £1,200"]),
    ("What does it cost?", "heath-2017", "some things which make a real difference do not cost anything in financial terms", ["do not cost anything"]),
    ("What share of Londoners?", "appg-2017", "Similarly, around 37% of people living in London were born outside the UK.", ["around 37%"]),
    ("What share of people has a migration background?", "british-academy-2017", "From around 3 per cent in 1950, the proportion of the British population with a migration background rose to nearly 20 per cent in the 2011 census", ["around 3 per cent", "nearly 20 per cent"]),
    ("What percentage must they attend?", "appg-2017", "the newcomer must attend at least 80% of all courses for each component", ["at least 80%"]),
    ("How many times the cost is it?", "appg-2017", "and over six times more than the cost in countries such as Germany and Canada", ["six times"]),
    ("How many refugees were matched?", "appg-2017", "recruited and matched over 2,500 refugees with volunteer mentors", ["over 2,500"]),
    ("How many essays were there?", "british-academy-2017", "The British Academy commissioned a collection of 11 essays", ["11"]),
    ("How many officers are there?", "heath-2017", "Devon and Cornwall Police have employed three Migrant Worker Policy Community Support Officers", ["three"]),
    ("How long do mentors stay?", "appg-2017", "with their mentee for a period of 6 months to a year", ["6 months to a year"]),
    ("How long did they teach?", "heath-2017", "Even after three months of teaching, their ability to maintain their humanity", ["three months"]),
    ("How often do they meet?", "appg-2017", "Mentors spend five hours per month with their mentee for a period of 6 months to a year, meeting at least twice a month.", ["five hours per month", "at least twice a month"]),
    ("Which days is it open?", "appg-2017", "Stepney City Farm offers Open Volunteering sessions every Tuesday and Thursday", ["every Tuesday and Thursday"]),
    ("How often is it done?", "appg-2017", "are involved in the microcensus annually", ["annually"]),
    ("When was it stopped?", "appg-2017", "bring back the Citizenship Survey, which was stopped in 2011", ["2011"]),
    ("When did the inquiry start?", "appg-2017", "In August 2016, the All Party Parliamentary Group on Social Integration launched our inquiry", ["August 2016"]),
    ("When was the conference?", "british-future-2018", "On 17 May British Future, HOPE not hate and the Barrow Cadbury Trust brought together 200 people", ["17 May"]),
    ("What ages are they?", "appg-2017", "brings together sixteen and seventeen year olds from different backgrounds", ["sixteen and seventeen year olds"]),
    ("How old is she?", "heath-2017", "Aysha, 23, told about Xenia by her ESOL teacher", ["23"]),
    ("Who spoke of contact?", "british-future-2018", "Professor Miles Hewstone gave some the theoretical underpinning to the many practical examples", ["Professor Miles Hewstone"]),
    ("Who paid for the case studies?", "heath-2017", "The case studies were generously supported by Paul Hamlyn Foundation.", ["Paul Hamlyn Foundation"]),
    ("Which charity set up Time Together?", "appg-2017", "Time Together was set up by the charity TimeBanking UK in 2002", ["TimeBanking UK"]),
    ("Where did it start?", "heath-2017", "The project started in Bradford, but now reaches over 13,000 children across England.", ["Bradford", "England"]),
    ("Where did the senator go?", "british-future-2018", "her own journey from Amritsar in India to Iran and then, fleeing persecution after the revolution, to sanctuary in Canada", ["Amritsar", "India", "Iran", "Canada"]),
]  # fmt: skip

HOLDS_NOTHING = [
    ("How much did it cost?", "Stepney City Farm offers Open Volunteering sessions every Tuesday and Thursday."),
    ("What share is it?", "It aims to coordinate the efforts of all organisations involved in supporting refugees."),
    ("How many were there?", "The strategy was written in 2012 and revised in 2015."),
    ("How long was it open?", "Young people came together, culminating in an exhibition at the Bentley Priory Museum."),
    ("How often do they meet?", "The Linking Network builds connections between primary school children."),
    ("When did it begin?", "The project started in Bradford, but now reaches over 13,000 children across England."),
    ("How old are they?", "Many of the projects have grown organically over time."),
    ("Who runs it?", "There is a need to involve a wide range of local organisations."),
    ("Which charity runs it?", "Creating a safe space takes time and effort."),
    ("Where is it?", "Integration is not a single process."),
    ("Where in Bradford is it?", "The project started in Bradford."),
]


@pytest.mark.parametrize(("question", "kind"), ASKS_FOR)
def test_the_type_that_is_asked_for_first(question: str, kind: AnswerType) -> None:
    assert expected_types(question)[:1] == (kind,)


@pytest.mark.parametrize("question", ASKS_FOR_NO_SUCH_THING)
def test_no_type_is_read_into_other_questions(question: str) -> None:
    assert expected_types(question) == ()


@pytest.mark.parametrize(("question", "source", "sentence", "words"), HOLDS)
def test_what_could_be_the_answer_is_found_in_a_sentence(
    documents: dict[str, Document], question: str, source: str, sentence: str, words: list[str]
) -> None:
    assert any(sentence in " ".join(section.text.split()) for section in documents[source].sections)
    found = candidates(sentence, expected_types(question), question)
    assert set(words) <= {sentence[start:end] for start, end in found}


@pytest.mark.parametrize(("question", "sentence"), HOLDS_NOTHING)
def test_nothing_is_found_where_no_such_thing_stands(question: str, sentence: str) -> None:
    assert candidates(sentence, expected_types(question), question) == []


def test_spans_run_in_order_and_do_not_overlap() -> None:
    sentence = (
        "In 2002 it matched over 2,500 refugees, 11 towns and around 37% of all mentors for five hours per month."
    )
    for kind in AnswerType:
        found = candidates(sentence, (kind, AnswerType.COUNT), "How many?")
        assert all(first[1] <= second[0] for first, second in zip(found, found[1:], strict=False))


def test_a_name_that_the_question_gives_is_no_answer() -> None:
    sentence = "The work of Rushmoor Borough Council was praised by Sheila Limbu."
    found = candidates(sentence, (AnswerType.PERSON,), "Who praised Rushmoor Borough Council?")
    assert [sentence[start:end] for start, end in found] == ["Sheila Limbu"]


WELSH = "There the University of South Wales, with NHS staff, runs ESOL classes with the Refugee Council and the ABC."


def test_which_university_asks_for_one() -> None:
    assert _found("Which university teaches them?", WELSH) == ["University of South Wales"]


def test_an_abbreviation_is_an_organisation_where_it_may_be_one() -> None:
    found = _found("Which organisation runs the classes?", WELSH, lambda short: short != "ESOL")
    assert found == ["University of South Wales", "NHS", "Refugee Council", "ABC"]


def test_a_name_with_and_in_it_is_one_and_an_office_is_no_body() -> None:
    sentence = (
        "The Department for Communities and Local Government (DCLG) told Prime Minister David Cameron, the Vice Chairs and "
        "the Chair of the Home Affairs Committee that it heard the APPG’s call."
    )
    found = _found("Which department led on integration?", sentence)
    assert found == ["Department for Communities and Local Government", "DCLG", "APPG"]


def _found(question: str, sentence: str, is_body: Callable[[str], bool] = lambda _: True) -> list[str]:
    spans = candidates(sentence, expected_types(question), question, is_body)
    return [sentence[start:end] for start, end in spans]
