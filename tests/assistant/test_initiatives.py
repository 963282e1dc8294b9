"""The index of initiatives: read, tied to the words of the documents, found by need and by what is known of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.errors import CorpusFileError
from assistant.initiatives import Entry, Initiatives, read_initiatives
from index.model import Filters
from index.open import OpenIndex

DESK = {
    "id": "desk",
    "name": "Welcome desk",
    "kind": "case",
    "place": "Bradley",
    "organisations": ("Bradley Council",),
    "serves": "Newcomers",
    "does": "Advice at a desk in the library",
    "needs": ("settling in", "advice"),
    "source": "bradley-2010",
    "quote": "It stands in the entrance of the town library, where people come anyway.",
}
CAFE = {
    **DESK,
    "id": "cafes",
    "name": "Language cafés",
    "place": "Harbour Town",
    "organisations": (),
    "serves": "Anyone with a language to share",
    "does": "Evenings of talk at small tables, without teachers",
    "needs": ("learning English",),
    "source": "harbour-2013",
    "quote": "People sit at small tables with a topic",
}


@pytest.fixture(scope="module")
def initiatives(small_index: OpenIndex) -> Initiatives:
    return Initiatives([Entry.model_validate(one) for one in (DESK, CAFE)], small_index.searcher)


def ids(found: list) -> list[str]:
    return [fit.initiative.entry.id for fit in found]


def test_the_words_are_a_span_of_a_passage(initiatives: Initiatives) -> None:
    cafe = initiatives.all[1]
    assert cafe.claim.text == "People sit at small tables with a topic" == cafe.claim.quotes[0].text
    assert cafe.sentence.text == "People sit at small tables with a topic, and change tables after twenty minutes."
    assert cafe.sentence.text[slice(*cafe.sentence.spans[0])] == cafe.claim.text


@pytest.mark.parametrize(
    "changed",
    [{"source": "not-on-this-shelf"}, {"quote": "It stands in the entrance of the town hall."}],
    ids=["no such source", "other words"],
)
def test_what_does_not_stand_on_the_shelf_is_left_out(small_index: OpenIndex, changed: dict[str, str]) -> None:
    assert len(Initiatives([Entry.model_validate(DESK | changed)], small_index.searcher)) == 0


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["desk", "cafes"]),
        ({"need": "learning the language"}, ["cafes"]),
        ({"need": "advice for newcomers"}, ["desk"]),
        ({"need": "submarine engines"}, []),
        ({"need": "the and of"}, []),
        ({"place": "harbour"}, ["cafes"]),
        ({"place": "Leeds"}, []),
        ({"organisation": "council"}, ["desk"]),
        ({"serves": "newcomer"}, ["desk"]),
        ({"kind": "study"}, []),
        ({"kind": "CASE", "place": "brad"}, ["desk"]),
        ({"filters": Filters(since=2012)}, ["cafes"]),
        ({"most": 1}, ["desk"]),
    ],
)
def test_found_by(initiatives: Initiatives, asked: dict, expected: list[str]) -> None:
    assert ids(initiatives.search(**asked)) == expected


def test_what_can_be_filtered_by_is_counted(initiatives: Initiatives) -> None:
    facets = initiatives.facets()
    assert facets["place"] == [("Bradley", 1), ("Harbour Town", 1)]
    assert facets["kind"] == [("case", 2)]
    assert facets["organisation"] == [("Bradley Council", 1)]


def test_no_file_no_initiatives(tmp_path: Path) -> None:
    assert read_initiatives(tmp_path / "initiatives.toml") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[initiative]\n", "TOML"),
        ('[[initiative]]\nid = "a"\nname = "A"\nkind = "wish"\nsource = "s"\nquote = "q"\n', "kind"),
        ('[[initiative]]\nid = "a"\nname = "A"\nkind = "case"\nsource = "s"\nquote = "q"\n' * 2, "“a”"),
        ('[[initiative]]\nid = "a"\nname = "A"\nkind = "case"\nsource = "s"\nquote = ""\n', "quote"),
    ],
    ids=["not toml", "unknown kind", "twice", "no quotation"],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "initiatives.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusFileError, match="initiatives.toml") as error:
        read_initiatives(tmp_path / "initiatives.toml")
    assert told.lower() in str(error.value).lower()


def test_all_of_the_shelf_are_tied_to_their_words(assistant: Assistant) -> None:
    assert len(assistant.initiatives) >= 50
    for one in assistant.initiatives.all:
        assert " ".join(one.claim.text.split()) == " ".join(one.entry.quote.split())
        assert one.claim.text in one.sentence.text


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("rumours on social media", "rushmoor-facebook-groups"),
        ("mentoring", "time-together"),
        ("police and migrant workers", "migrant-worker-pcsos"),
        ("a lunch club", "welcome-project"),
        ("employers paying for classes", "business-rate-discounts"),
    ],
)
def test_the_best_for_a_need(assistant: Assistant, need: str, expected: str) -> None:
    assert ids(assistant.initiatives.search(need))[0] == expected


@pytest.mark.parametrize("need", ["hospital waiting lists", "bus passes", "bin collections"])
def test_a_need_that_nothing_meets_finds_nothing(assistant: Assistant, need: str) -> None:
    assert ids(assistant.initiatives.search(need)) == []
