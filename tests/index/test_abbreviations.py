"""What abbreviations stand for, learnt from texts that say it, and used by search in both directions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.abbreviations import Abbreviations, introduced, write_introduced
from index.open import OpenIndex, open_index
from index.search import Searcher
from index.settings import IndexSettings
from ingest import Document
from tests.index.doubles import WordVectors, bring_in

SAID = [
    ("The Commission for Racial Equality’s (CRE) study", ("CRE", "Commission for Racial Equality")),
    ("Provincial Nominee Programmes (PNPs), Canada", ("PNP", "Provincial Nominee Programmes")),
    ("the Centre on Migration,\nPolicy and Society (COMPAS) at Oxford", ("COMPAS", "Centre on Migration, Policy and Society")),
    ("in Leeds. The Race Relations Act (RRA) says", ("RRA", "Race Relations Act")),
    ("a head of Research & Development (R&D)", ("R&D", "Research & Development")),
]  # fmt: skip
NOT_SAID = [
    "Harriet Smith (CBE) spoke of schools.",
    "Nobody said anything (OECD)",
    "(ESOL) at the very beginning",
    "Letters, Far Away From One Another In A Long, Long Run Of Words With Every Letter (LFE)",
]
WORDS = frozenset({"hope", "la", "lead"})


@pytest.fixture
def known() -> Abbreviations:
    return Abbreviations(dict(pair for _, pair in SAID), WORDS.__contains__)


@pytest.mark.parametrize(("text", "pair"), SAID)
def test_the_words_before_the_bracket_are_what_it_stands_for(text: str, pair: tuple[str, str]) -> None:
    assert list(introduced(text)) == [pair]


@pytest.mark.parametrize("text", NOT_SAID)
def test_words_that_the_letters_do_not_stand_in_are_no_long_form(text: str) -> None:
    assert list(introduced(text)) == []


def test_those_of_the_five_documents_are_learnt(five_documents: list[Document]) -> None:
    texts = [section.text for document in five_documents for section in document.sections]
    learnt = dict(pair for text in texts for pair in introduced(text))
    assert learnt["COSLA"] == "Convention of Scottish Local Authorities"
    assert learnt["CIPD"] == "Chartered Institute of Personnel and Development"
    assert len(learnt) >= 15
    assert all(said[0].lower() == short[0].lower() for short, said in learnt.items())


def test_where_texts_disagree_nothing_is_learnt(tmp_path: Path) -> None:
    meant = [
        "The City Land Trust (CLT)",
        "Many City Land Trusts (CLTs)",
        "Cross Border Trade (CBT)",
        "Central Bus Tours (CBT)",
    ]
    write_introduced(tmp_path / "file.json", meant)
    assert json.loads((tmp_path / "file.json").read_text()) == {"CLT": "City Land Trust"}


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("Who runs esol classes?", "English for Speakers of Other Languages"),
        ("What did the CRE's study find?", "Commission for Racial Equality"),
        ("How can LAs help?", "local authority"),
        ("Where are classes in English for speakers of other languages?", "ESOL"),
        ("WHAT DOES THE COMMISSION FOR RACIAL EQUALITY SAY", "CRE"),
    ],
)
def test_a_question_is_looked_for_in_the_other_form_too(known: Abbreviations, question: str, added: str) -> None:
    assert [other for _, other in known.other_forms(question)] == [added]


@pytest.mark.parametrize("question", ["What is la vida?", "Who gave hope?", "How do we create trust?", "", "(((", "()"])
def test_other_questions_stay_as_they_are(known: Abbreviations, question: str) -> None:
    assert known.other_forms(question) == []


@pytest.mark.parametrize("short", ["CRE", "COMPAS", "APPG", "UKVI", "ZZTOP"])
def test_a_body_may_be_named_by_its_letters(known: Abbreviations, short: str) -> None:
    assert known.may_name_a_body(short)


@pytest.mark.parametrize("short", ["ESOL", "NGO", "RRA", "PNP", "HOPE", "PCSO"])
def test_what_stands_for_something_else_is_no_body(known: Abbreviations, short: str) -> None:
    assert not known.may_name_a_body(short)


@pytest.fixture(scope="module")
def with_a_fund(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    place = tmp_path_factory.mktemp("abbreviated")
    (place / "corpus").mkdir()
    _write(place / "corpus", "one", "The Harbour Welcome Fund (HWF) was set up by the port in 2011.")
    _write(
        place / "corpus", "two", "Money came from the HWF every spring, and the lunch club bought its stoves with it."
    )
    for n in range(8):
        _write(place / "corpus", f"other-{n}", f"A welcome to the harbour of town {n}: boats, tides and ropes.")
    bring_in(place / "corpus", place / "data")
    with open_index(place / "data", IndexSettings(), WordVectors()) as opened:
        yield opened


def _write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.txt").write_text(f"{name.title()}\n\n{text}\n", encoding="utf-8")


def test_words_find_a_passage_that_has_the_short_form_alone(with_a_fund: OpenIndex) -> None:
    assert "words" in _ways_to_two(with_a_fund.searcher)


def test_switched_off_they_are_not_looked_for(with_a_fund: OpenIndex) -> None:
    searcher = with_a_fund.searcher
    off = searcher.settings.model_copy(update={"abbreviations": False})
    assert "words" not in _ways_to_two(Searcher(searcher.parts, searcher.shelf, off))


def _ways_to_two(searcher: Searcher) -> tuple[str, ...]:
    hits = searcher.search("Harbour Welcome Fund")
    return next((hit.found_by for hit in hits if hit.passage.source_id == "two"), ())
