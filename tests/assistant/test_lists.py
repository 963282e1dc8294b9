"""A list of the source, whole and in its order, with the sentence that introduces it."""

from __future__ import annotations

from assistant.assistant import Assistant
from assistant.lists import Listing, listing_around, listing_of_headings
from assistant.units import Unit, units_of
from index.open import OpenIndex


def unit_of(of: Assistant | OpenIndex, source: str, words: str) -> Unit:
    found = [unit for p in of.searcher.shelf.passages(source) for unit in units_of(p) if words in unit.text]
    return found[0]


def around(of: Assistant | OpenIndex, source: str, words: str) -> Listing | None:
    return listing_around(of.searcher, unit_of(of, source, words))


def test_an_item_leads_to_its_list_and_its_introduction(small_index: OpenIndex) -> None:
    listing = around(small_index, "bradley-2010", "a leaflet is read only")
    assert listing is not None
    assert listing.introduction is not None
    assert listing.introduction.text == "The organisers learned three lessons:"
    assert [item.text for item in listing.items] == [
        "a desk needs a person who stays for years;",
        "a leaflet is read only when somebody explains it;",
        "neighbours should be invited as well as newcomers.",
    ]


def test_the_introduction_leads_to_the_same_list(small_index: OpenIndex) -> None:
    assert around(small_index, "bradley-2010", "learned three lessons") == around(
        small_index, "bradley-2010", "a desk needs"
    )


def test_a_sentence_that_introduces_nothing_has_no_list(small_index: OpenIndex) -> None:
    assert around(small_index, "bradley-2010", "In its first year 640 newcomers") is None


def test_a_list_over_two_passages_is_whole(assistant: Assistant) -> None:
    listing = around(assistant, "ippr-2007", "The CRE should issue specific guidance")
    assert listing is not None
    assert listing.introduction is not None
    assert listing.introduction.text == "Based on these findings, this report makes a number of recommendations:"
    assert len({item.passage.id for item in listing.items}) >= 2
    firsts = [item.text.split(",")[0][:34] for item in listing.items]
    assert len(listing.items) == 11
    assert firsts[0].startswith("Successful integration of new migr")
    assert firsts[-1].startswith("The national press and broadcast m")


def test_an_item_of_several_sentences_is_one_item(assistant: Assistant) -> None:
    listing = around(assistant, "ippr-2007", "Reliance on Census data")
    assert listing is None or all("Reliance" not in item.text[:8] for item in listing.items)
    whole = around(assistant, "ippr-2007", "improve the evidence base and data on new migrant communities")
    assert whole is not None
    (item,) = (item for item in whole.items if "improve the evidence base and data" in item.text)
    assert item.text.endswith("inadequate to capture rapid population change.")


def test_the_three_characteristics_of_good_practice(assistant: Assistant) -> None:
    listing = around(assistant, "ippr-2007", "strategic partnerships between public authorities")
    assert listing is not None
    assert [item.text.split()[0] for item in listing.items] == ["strategic", "effective", "proactive"]


def test_headings_that_are_statements_are_a_list(assistant: Assistant) -> None:
    unit = unit_of(assistant, "appg-2017", "We need more and better data")
    listing = listing_of_headings(assistant.searcher, unit, 6)
    assert listing is not None
    assert len(listing.items) == 6


def test_headings_that_are_not_as_many_as_asked_for_are_no_list(assistant: Assistant) -> None:
    unit = unit_of(assistant, "appg-2017", "We need more and better data")
    assert listing_of_headings(assistant.searcher, unit, 5) is None


def test_every_list_of_the_documents_has_its_items_in_order(assistant: Assistant) -> None:
    for passage in assistant.shelf.passages():
        for unit in units_of(passage):
            listing = listing_around(assistant.searcher, unit) if unit.item else None
            if listing:
                places = [(item.passage.order, item.start) for item in listing.items]
                assert places == sorted(places)
                assert len(set(places)) == len(places)
