import pytest

from eval.holds import holds, touches
from tests.eval.builders import GOLD

# GOLD has 57 letters and digits ("Thecouncilopenedelevenwelcomecentresinthespringoflastyear"); 60 % of them are 35.
BEFORE, AFTER = "Much was tried in those days.", "Few of them are left."


@pytest.mark.parametrize(
    "passage",
    [
        f"{BEFORE} {GOLD} {AFTER}",
        GOLD.replace(" eleven ", "\neleven  "),
        GOLD.replace("year.", "year.12"),
        GOLD.replace("welcome centres", "‘welcome’ centres"),
        GOLD.replace("welcome centres", "welcome-centres"),
        GOLD.upper(),
    ],
)
def test_a_quote_that_stands_whole_is_held_whatever_its_marks(passage):
    assert holds(passage, GOLD)


def test_a_quote_cut_at_the_end_of_the_passage_is_held_from_60_per_cent_on():
    assert holds(f"{BEFORE} The council opened eleven welcome centres", GOLD)  # 37 of 57 letters: 65 %
    assert not holds(f"{BEFORE} The council opened eleven", GOLD)  # 22 of 57: 39 %


def test_a_quote_cut_at_the_start_of_the_passage_is_held_from_60_per_cent_on():
    assert holds(f"eleven welcome centres in the spring of last year. {AFTER}", GOLD)  # 42 of 57: 74 %
    assert not holds(f"in the spring of last year. {AFTER}", GOLD)  # 21 of 57: 37 %


def test_the_same_words_inside_a_passage_are_not_a_cut_quote():
    assert not holds(f"{BEFORE} The council opened eleven welcome centres and closed them. {AFTER}", GOLD)


def test_a_passage_inside_a_long_quote_holds_it_when_it_is_most_of_it():
    assert holds("council opened eleven welcome centres in the spring", GOLD)  # 43 of 57: 75 %
    assert not holds("eleven welcome centres", GOLD)  # 20 of 57: 35 %


def test_a_short_quote_must_stand_whole_as_words():
    assert holds("It costs 18% of income.", "18 per cent")
    assert not holds("It costs 118 per cent.", "18 per cent")
    assert not holds("It costs 18 per", "18 per cent")


def test_nothing_holds_nothing():
    assert not holds("", GOLD)
    assert not holds(GOLD, "…")


@pytest.mark.parametrize(
    ("shown", "touching"),
    [
        (GOLD, True),
        ("eleven welcome centres in the spring", True),  # all six words of the shorter
        ("The council opened eleven soup kitchens", True),  # four of six words: 67 %
        ("The council opened two soup kitchens", False),  # three of six words
        ("last year", True),  # the whole of the shorter
        ("", False),
    ],
)
def test_touches(shown, touching):
    assert touches(shown, GOLD) is touching
