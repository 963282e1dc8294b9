import pytest

from eval.words import collapse, content_words, numbers, plain, says, words


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("integration.23 The", "integration. The"),
        ("net immigration.28 29 It", "net immigration. It"),
        ("‘welcome’ centre", "'welcome' centre"),
        ("1,700 newcomers", "1700 newcomers"),
        ("18% of", "18 per cent of"),
        ("18 percent of", "18 per cent of"),
        ("a\n  broken line", "a broken line"),
    ],
)
def test_two_printings_of_one_sentence_have_the_same_words(text, same):
    assert words(text) == words(same)


@pytest.mark.parametrize("text", ["2.5 million", "in 2011", "G20", "B1 level", "Level 3", "12 areas"])
def test_numbers_that_are_no_footnotes_stay(text):
    assert any(character.isdigit() for character in plain(text))


@pytest.mark.parametrize(
    ("text", "phrase", "held"),
    [
        ("It names eleven centres.", "eleven", True),
        ("Employers were asked.", "employer", True),
        ("They often meet.", "ten", False),
        ("They tend to meet.", "ten", False),
        ("Some 120 people", "12", False),
        ("Some 12.5 per cent", "12", False),
        ("Some 1,200 people", "1200", True),
        ("fourteen people", "four", False),
        ("the council’s own plan", "councils own plan", True),
        ("one of the two-way streets", "two way street", True),
        ("anything", "", False),
    ],
)
def test_says(text, phrase, held):
    assert says(text, phrase) is held


def test_collapse_touches_whitespace_only():
    assert collapse(" a\n\tb  “c” ") == "a b “c”"


def test_content_words_are_stems_without_function_words():
    assert content_words("The employers were asked about employer schemes") == content_words("asked employer scheme")


def test_numbers_are_those_in_digits():
    assert numbers("In 2016, 1,742 a day, or 2.5 in each of the ten") == {"2016", "1742", "2.5"}
