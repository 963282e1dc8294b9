"""What a model may say of a quotation, and what it may not: one table each, sentence by sentence."""

from __future__ import annotations

import pytest

from assistant.figures import Day, dates, figures
from assistant.written import unsupported

DESK = "The welcome desk opened in Bradley in May 2009. Two members of staff and eleven volunteers look after it."
COST = "The desk costs £38,000 a year. A survey found that nine out of ten visitors would send a friend there."
FELL = "Complaints about overcrowded houses fell from 210 in 2014 to 65 in 2017. The council credits the forum, not the fines."
CAFE = "Two cafés closed because the bus stopped running after eight in the evening. No public money is spent."
WISH = "The council should appoint an integration officer. If money is found, she will set up a forum of employers."
SAID = "Some MPs argued that newcomers ought to learn English before they arrive. Ms Smith chaired the group. Mr Jones ran the desk."
HOST = "“I was a guest for three years. Here I am a host,” says Selam, who came from Eritrea."


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("The welcome desk opened in Bradley in May 2009.", DESK),
        ("In May 2009 the welcome desk opened in Bradley.", DESK),
        ("Two staff and 11 volunteers look after the welcome desk.", DESK),
        ("A year of the desk costs £38k.", COST),
        ("Nine out of ten visitors would send a friend.", COST),
        ("The complaints about overcrowded houses fell from 210 to 65.", FELL),
        ("Two cafés closed because the bus stopped in the evening.", CAFE),
        ("No public money is spent on it.", CAFE),
        ("Public money is not spent.", CAFE),
        ("The council is asked to appoint an integration officer.", WISH),
        ("The council should appoint an integration officer.", WISH),
        ("Some MPs said that newcomers should learn English before they arrive.", SAID),
        ("Mr Jones ran the desk.", SAID),
        ("Selam, from Eritrea, says “Here I am a host”.", HOST),
    ],
)
def test_other_words_for_the_same_pass(text: str, quoted: str) -> None:
    assert unsupported(text, quoted) is None


@pytest.mark.parametrize(
    ("text", "quoted", "reason"),
    [
        # figures, dates, names
        ("Two members of staff and twelve volunteers look after it.", DESK, "a figure"),
        ("The desk costs £83,000 a year.", COST, "a figure"),
        ("The desk costs 38,000 people a year.", COST, "a figure"),
        ("Nine per cent of visitors would send a friend there.", COST, "a figure"),
        ("Two staff and eleven Bradley desks look after it.", DESK, "a figure for something else"),
        ("Eleven members of staff look after it.", DESK, "a figure for something else"),
        ("Complaints fell from 65 in 2014 to 210 in 2017.", FELL, "a figure for something else"),
        ("Complaints about overcrowded houses fell to 65 in 2014.", FELL, "a figure for something else"),
        ("Complaints about overcrowded houses fell in 2017 and 2014.", FELL, "figures in another order"),
        ("The welcome desk opened in Bradley in June 2009.", DESK, "a date"),
        ("The welcome desk opened in Halifax in May 2009.", DESK, "a name"),
        ("Halifax opened the welcome desk in May 2009.", DESK, "a name"),
        ("Ms Jones chaired the group.", SAID, "a name"),
        ("Jones thanked Smith for the desk.", "Smith thanked Jones for the desk.", "names in another order"),
        ("Ms Smith ran the desk.", SAID, "a name"),
        # polarity and its like
        ("Public money is spent.", CAFE, "another polarity"),
        ("Two cafés never closed because the bus stopped running.", CAFE, "another polarity"),
        ("The council credits the fines.", FELL, "another polarity"),
        ("The council credits the fines, not the forum.", FELL, "another polarity"),
        ("The welcome desk closed in Bradley in May 2009.", DESK, "the opposite"),
        ("Complaints about overcrowded houses rose from 210 in 2014 to 65 in 2017.", FELL, "“rose”"),
        ("The council appoints an integration officer.", WISH, "a wish told as a fact"),
        ("The council has appointed an integration officer.", WISH, "a wish told as a fact"),
        ("The officer will set up a forum of employers.", WISH, "a condition left out"),
        ("Newcomers must learn English before they arrive.", SAID, "an opinion told as a fact"),
        ("MPs argued that newcomers ought to learn English.", SAID, "a part told as the whole"),
        ("The desk should cost £38,000 a year.", COST, "a duty"),
        ("The desk must cost £38,000 a year.", COST, "a duty"),
        ("More volunteers look after the welcome desk in Bradley.", DESK, "“more”"),
        ("The welcome desk opened in Bradley because of May 2009.", DESK, "“because”"),
        # words of others, and what is no sentence for people
        ("The desk costs “far too much a year”.", COST, "quoted words"),
        ("Selam says “I was never a guest for three years”.", HOST, "quoted words"),
        ("The welcome desk in Bradley opened for newcomers and their children.", DESK, "too few"),
        ("The desk costs £38,000 a year, see https://evil.example/x.", COST, "a link"),
        ("The desk costs £38,000 a year, see www.evil.example.", COST, "a link"),
        ("Write to desk@bradley.example about the cost of a year.", COST, "a link"),
        ("The desk costs <b>£38,000</b> a year.", COST, "markup"),
        ("The [desk](evil) costs £38,000 a year.", COST, "markup"),
        ("The desk costs `£38,000` a year.", COST, "markup"),
        ("The welcome desk opened in", DESK, "an unfinished sentence"),
        ("Der Empfang kostet £38,000 im Jahr.", COST, "a name"),
        ("Стойка costs the desk £38,000 a year.", COST, "a letter"),
        ("desk " * 71 + ".", DESK, "too long"),
        ("Yes.", DESK, "too few"),
        ("They look after the welcome desk in Bradley.", DESK, "points to what is not said"),
        ("The welcome desk opened its doors with music in Bradley.", DESK, "too few"),
        ("", DESK, "an unfinished sentence"),
    ],
)  # fmt: skip
def test_what_goes_beyond_the_quotation_fails(text: str, quoted: str, reason: str) -> None:
    assert str(unsupported(text, quoted)).startswith(reason)


def test_the_heading_may_give_the_name() -> None:
    assert unsupported("The Welcome Project is a lunch club.", "It is a lunch club.", "The Welcome Project") is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("£38k, £38,000 and 38 thousand pounds", ["£38000", "£38000", "£38000"]),
        ("twenty-six of 26, 14 per cent or 14%", ["26", "26", "14%", "14%"]),
        ("the third, the 3rd, half of 1.3 million", ["#3", "#3", "half", "1300000"]),
        ("someone phoned often, one of many, and no one helped one another", []),
        ("one officer in ten", ["1", "10"]),
    ],
)
def test_a_figure_is_one_however_it_is_written(text: str, values: list[str]) -> None:
    assert [figure.value for figure in figures(text)] == values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on 12 May 2009", [Day(5, 12, 2009)]),
        ("May 12, 2009 and Sept 2010", [Day(5, 12, 2009), Day(9, 0, 2010)]),
        ("it may 12 times", []),
    ],
)
def test_dates_are_read_as_far_as_they_are_given(text: str, found: list[Day]) -> None:
    assert dates(text) == found
