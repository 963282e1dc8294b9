"""What is misspelt is put right with the documents' words; what is a word is left alone, whether a document has it or not."""

from __future__ import annotations

import pytest

from index.embedding import load_embedding
from index.settings import EmbeddingSettings
from index.spelling import Speller, english

WORDS = "bringing children barriers reflecting teaching housing refugees integration council recommendation welcome Aspinall"


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(WORDS.lower().split(), load_embedding(EmbeddingSettings()).is_word)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("what do refugess get", "what do refugees get"),
        ("Integartion: who leads it?", "integration: who leads it?"),
        ("the councl's recomendation", "the council recommendation"),
        ("aspinal said", "aspinall said"),
        ("what did Barbers say", "what did barriers say"),
    ],
)
def test_what_is_misspelt_is_put_right(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "Who pays for childcare?",
        "Is bridging capital better than bonding capital?",
        "Barbers: WHAT DID THEY SAY?",
        "WHAT DID BARBERS SAY?",
        "leafleting, rehousing and outreach by barbers",
        "neighbourhood or neighborhood, organisation or organization",
        "Rushmoor, ESOL and 2:1",
        "wel",
        "",
    ],
)
def test_a_word_is_left_alone_though_no_document_has_it(speller: Speller, typed: str) -> None:
    assert speller.correct(typed) == typed


def test_the_list_of_words_holds_no_common_slip() -> None:
    slips = "refugess integartion comunity councl goverment recieve seperate accomodation definately wellcome trainning".split()
    assert len(english()) > 80_000 and not english().intersection(slips)
