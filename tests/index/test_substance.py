"""How much of a passage says anything, and that search believes likeness only so far."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index import generation
from index.build import update
from index.derive import TRUST
from index.model import Passage
from index.open import open_index
from index.settings import IndexSettings
from index.substance import read_trust, saying, write_trust
from ingest import IngestSettings, Locator
from tests.index.doubles import WordVectors, bring_in

_HEAP = "cohesion council integration trust school market garden library river kettle choir bridge harvest bread " * 3
_TOLD = "The council opened a welcome desk in the library, and volunteers sit at it on weekdays."


@pytest.mark.parametrize(
    "text",
    [
        _TOLD,
        "Can I work while my claim is open?\nNo.\nWhere do I register?\nAt the town hall, on any weekday.",
        "Groups meet in Leeds, Bradford, York, Hull, Halifax, Wakefield, Huddersfield, Barnsley, Doncaster and Skipton.",
        "Name: Bradley Library; Town: Leeds; Class: English; Day: Monday\nName: Harehills; Town: Leeds; Class: English",
        "Mae'r cyngor yn cynnig dosbarthiadau Saesneg am ddim bob wythnos yn y llyfrgell. Rhaid cofrestru ymlaen llaw.",
    ],
)
def test_ordinary_text_says_something_with_every_word(text: str) -> None:
    assert saying([text]) == [1.0]


@pytest.mark.parametrize(
    "text",
    [
        _HEAP,
        "1. What does the council do?\n2. Who sits at the welcome desk?\n3. Where is the library?",
        "• How many people came?\n\n• Who paid for it?",
    ],
)
def test_a_heap_of_words_and_a_list_of_questions_say_nothing(text: str) -> None:
    assert saying([text]) == [0.0]


def test_what_is_said_twice_counts_once() -> None:
    assert saying([_TOLD, _TOLD]) == [1.0, 0.0]


def test_one_answer_to_all_questions_is_none() -> None:
    questions = ["Who paid for the desk?", "How many came?", "Where is the library?", "What did they learn?"]
    assert saying([f"{one} The documents do not answer this question." for one in questions]) == [0.0] * 4


def test_a_text_without_words_is_not_held_against_it() -> None:
    assert saying(["", "12. 13."]) == [1.0, 1.0]


def test_a_document_made_to_be_found_stands_behind_one_that_answers(tmp_path: Path) -> None:
    question = "Who sits at the welcome desk in the library?"
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "told.txt").write_text(_TOLD, encoding="utf-8")
    (corpus / "asked.txt").write_text(f"{question}\n\n" * 6, encoding="utf-8")
    (corpus / "heap.txt").write_text("sits welcome desk library volunteers council weekdays " * 12, encoding="utf-8")
    update(corpus, tmp_path / "data", IngestSettings(), IndexSettings(), WordVectors(), lambda *_: None)
    with open_index(tmp_path / "data", IndexSettings(), WordVectors()) as index:
        hits = index.searcher.search(question)
    assert [hit.passage.source_id for hit in hits][0] == "told"
    assert {hit.passage.source_id for hit in hits} == {"told", "asked", "heap"}, "put last, not hidden"


def test_only_passages_that_say_little_are_kept_and_known_ones_are_taken_over(tmp_path: Path) -> None:
    asked = " ".join(f"Where is the lunch club of street number {n}?" for n in range(12))
    plain = "The lunch club meets on Mondays in the hall, and the volunteers of the parish cook for sixty people."
    passages = [_passage("heap", 0, asked), _passage("plain", 0, plain)]
    write_trust(tmp_path / "whole.json", passages)
    whole = read_trust(tmp_path / "whole.json")
    assert set(whole) == {"heap-0"} and whole["heap-0"] < 0.5
    write_trust(tmp_path / "grown.json", passages[1:], whole)
    assert read_trust(tmp_path / "grown.json") == whole


def test_one_more_document_leaves_the_others_as_they_were_trusted(place: Path) -> None:
    (place / "corpus" / "heap.txt").write_text(f"Heap\n\n{_HEAP}\n", encoding="utf-8")
    bring_in(place / "corpus", place / "data")
    (place / "corpus" / "later.txt").write_text(
        "Later\n\nThe choir sings in the library every week.\n", encoding="utf-8"
    )
    bring_in(place / "corpus", place / "data")
    grown = read_trust(_serving(place) / TRUST)
    shutil.rmtree(place / "data")
    bring_in(place / "corpus", place / "data")
    assert grown and grown == read_trust(_serving(place) / TRUST)


def _serving(place: Path) -> Path:
    folder = generation.current(place / "data")
    assert folder
    return folder


def _passage(source: str, order: int, text: str) -> Passage:
    return Passage(f"{source}-{order}", source, Locator(), text, 0, len(text), order=order)
