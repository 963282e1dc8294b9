"""Dated facts and slips: which words of which source each is shown for, and how it is said."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from assistant.clean import collapse
from assistant.errors import CorpusFileError
from assistant.model import Citation, Notice
from assistant.notices import NoticeRule, notices_for, read_notices
from index.model import Passage
from ingest.model import Document, Metadata
from tests.assistant.builders import SHELF, passage, quote
from tests.assistant.conftest import CORPUS

TODAY = date(2026, 11, 21)

# How often each pattern stands in its sources. Every place was read; a number that changes must be read again.
PLACES = {
    "cre-replaced": 8,
    "race-relations-act-replaced": 3,
    "race-equality-duty-replaced": 4,
    "equality-duty-by-nation": 6,
    "cre-guide-superseded": 2,
    "pcc-closed": 1,
    "scottish-executive-renamed": 4,
    "scotland-strategies-since": 4,
    "census-data-2007": 1,
    "appg-final-report": 3,
    "appg-officers": 4,
    "holly-lynch-role": 2,
    "the-challenge-closed": 2,
    "ncs-ended": 4,
    "dclg-renamed": 7,
    "government-equalities-office": 1,
    "ukba-abolished": 1,
    "audit-commission-closed": 1,
    "boston-council-reorganisation": 1,
    "national-strategy-since": 10,
    "work-programme-ended": 1,
    "controlling-migration-fund": 2,
    "integration-impact-fund": 2,
    "esol-funding-england": 3,
    "new-scots-third-strategy": 3,
    "syrian-resettlement-scheme": 1,
    "inburgering-charges": 1,
    "inburgering-reformed": 4,
    "time-together-older-scheme": 4,
    "citizenship-survey-successor": 3,
    "german-microcensus-size": 1,
    "before-leaving-eu": 13,
    "permanent-residence-replaced": 2,
    "points-based-system": 2,
    "naturalisation-fee": 2,
    "settlement-rules": 4,
    "shortage-occupation-list": 1,
    "fresh-talent-closed": 2,
    "post-study-work": 1,
    "migration-figures-2015": 3,
    "born-abroad-shares": 3,
    "footnote-links": 21,
    "principle-three-means-four": 1,
    "timebanking-means-timebank": 1,
    "witness-list-incomplete": 8,
    "member-list-missing": 1,
    "hyphens-lost": 8,
    "green-paper-consultation-closed": 1,
    "national-conversation-final-report": 3,
    "london-deputy-mayor": 2,
    "home-affairs-committee-chair": 1,
    "all-of-us-strategy": 1,
    "government-strategy-followed": 3,
    "census-2011-figure": 1,
    "britac-links-moved": 2,
    "britac-email": 1,
    "linking-network-reach": 1,
    "esol-wales": 2,
    "rushmoor-reorganisation": 3,
    "rushmore-means-rushmoor": 1,
    "policy-means-police": 1,
}

RULES = {rule.id: rule for rule in read_notices(CORPUS / "notices.toml")}


def text_of(document: Document) -> str:
    return " ".join(collapse(section.text) for section in document.sections)


def test_every_rule_has_been_read() -> None:
    assert PLACES.keys() == RULES.keys()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_pattern_stands_where_it_should_and_nowhere_else(rule: NoticeRule, documents: dict[str, Document]) -> None:
    texts = {source: text_of(document) for source, document in documents.items()}
    found = {source: len(re.findall(rule.pattern, text)) for source, text in texts.items() if source in rule.sources}
    assert sum(found.values()) == PLACES[rule.id]
    assert all(found.values())


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_what_it_rests_on(rule: NoticeRule) -> None:
    assert rule.text.endswith(".")
    assert len(rule.text.split()) <= 30
    assert rule.why


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if rule.confidence == "medium"], ids=lambda rule: rule.id
)
def test_what_is_not_sure_is_hedged(rule: NoticeRule) -> None:
    assert re.search(r"\bmay\b|\bis understood\b", rule.text)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if rule.kind == "source_slip"], ids=lambda rule: rule.id
)
def test_a_slip_is_pointed_out_for_sure(rule: NoticeRule) -> None:
    assert rule.confidence == "high"


# the file


def write(folder: Path, text: str) -> Path:
    path = folder / "notices.toml"
    path.write_text(text, encoding="utf-8")
    return path


RULE = """
[[notice]]
id = "desk"
sources = ["town"]
pattern = 'desk'
kind = "dated"
confidence = "{confidence}"
text = "The desk has closed."
why = "Public record."
"""


def test_a_rule_is_read(tmp_path: Path) -> None:
    (rule,) = read_notices(write(tmp_path, RULE.format(confidence="high")))
    assert (rule.id, rule.sources, rule.as_of) == ("desk", ("town",), "")


def test_no_file_no_rules(tmp_path: Path) -> None:
    assert read_notices(tmp_path / "notices.toml") == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param(RULE.format(confidence="low"), "confidence", id="a low confidence"),
        pytest.param(
            RULE.format(confidence="high").replace("'desk'", "'de(sk'"),
            "not a regular expression",
            id="a pattern that is none",
        ),
        pytest.param(RULE.format(confidence="high") + 'patern = "x"\n', "patern", id="an unknown key"),
        pytest.param(
            RULE.format(confidence="high").replace("[[notice]]", "[[notise]]"), "notise", id="an unknown table"
        ),
        pytest.param(RULE.format(confidence="high").replace('why = "Public record."', ""), "why", id="no reason"),
        pytest.param(RULE.format(confidence="high").replace('"dated"', '"old"'), "kind", id="an unknown kind"),
        pytest.param("[[notice]", "notices.toml", id="no TOML"),
        pytest.param("notice = 3", "notice", id="no table"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(CorpusFileError, match=re.escape(named)):
        read_notices(write(tmp_path, text))


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    path = tmp_path / "notices.toml"
    path.write_bytes("# café\n".encode("cp1252"))
    with pytest.raises(CorpusFileError, match="notices.toml"):
        read_notices(path)


# which notices go with which citations


def cite(number: int, of: Passage, words: str = "") -> Citation:
    return Citation(number, of, (quote(of, words or of.text),))


def rule(pattern: str, kind: str = "dated", **fields: str) -> NoticeRule:
    known = {"id": pattern, "sources": ("town",), "confidence": "high", "text": f"About {pattern}.", "why": "Known."}
    return NoticeRule.model_validate(known | {"pattern": pattern, "kind": kind} | fields)


def notices(
    *citations: Citation, rules: tuple[NoticeRule, ...] = (), question: str = "", shelf: dict[str, Metadata] = SHELF
) -> list[Notice]:
    return list(notices_for(question, citations, rules, shelf, TODAY))


DESK = passage("The desk opened in May. It has a lamp.", id_="desk")
OLD = passage("Tea is free in Bradley.", "coast", id_="old")


def test_what_the_quoted_words_name_is_noticed() -> None:
    assert notices(cite(1, DESK, "The desk opened in May."), rules=(rule("desk"),)) == [
        Notice("dated", "About desk.", "high", (1,))
    ]


def test_what_only_the_rest_of_the_passage_names_is_not() -> None:
    assert notices(cite(1, DESK, "It has a lamp."), rules=(rule("desk"),)) == []


def test_unless_it_has_been_superseded() -> None:
    (notice,) = notices(cite(1, DESK, "It has a lamp."), rules=(rule("desk", "superseded"),))
    assert notice.kind == "superseded"


def test_another_source_with_the_same_words_is_not_meant() -> None:
    other = passage("The desk opened in June.", "plain", id_="other")
    assert notices(cite(1, other), rules=(rule("desk"),)) == []


def test_one_fact_is_noticed_once_with_every_number() -> None:
    (notice,) = notices(cite(1, DESK), cite(3, passage("A desk.", id_="b")), rules=(rule("desk"),))
    assert notice.citations == (1, 3)


def test_white_space_in_the_source_makes_no_difference() -> None:
    broken = passage("The welcome\n desk opened.", id_="b")
    assert len(notices(cite(1, broken), rules=(rule("welcome desk"),))) == 1


def test_evidence_that_is_all_old_is_called_old() -> None:
    assert [n.text for n in notices(cite(1, OLD))] == ["This evidence dates from 2007, more than ten years ago."]


def test_one_old_source_among_newer_ones_is_named_by_its_year() -> None:
    (notice,) = notices(cite(1, DESK), cite(2, OLD))
    assert (notice.text, notice.citations) == ("This source dates from 2007, 19 years ago.", (2,))


@pytest.mark.parametrize(("year", "old"), [("2016", False), ("2015", True), ("", False)])
def test_old_is_more_than_ten_years(year: str, old: bool) -> None:
    shelf = SHELF | {"town": Metadata("T", published=year)}
    assert bool(notices(cite(1, DESK), shelf=shelf)) is old


def test_what_the_quoted_words_name_and_the_age_are_never_crowded_out() -> None:
    rules = tuple(rule(word, sources=["coast"]) for word in ("Tea", "is", "free", "in", "Bradley"))  # type: ignore[arg-type]
    got = notices(cite(1, OLD), rules=rules)
    assert len(got) == len(rules) + 1
    assert got[-1].text.startswith("This evidence dates from 2007")


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        (
            "What is done in Wales?",
            "Councils in Scotland build homes.",
            "You asked about Wales; this evidence is about Scotland.",
        ),
        (
            "what is done in wales?",
            "Councils in Scotland and England build.",
            "You asked about Wales; this evidence is about England and Scotland.",
        ),
        ("What is done in Wales?", "Councils in Wales and Scotland build homes.", ""),
        ("What is done in Wales?", "Councils build homes.", ""),
        ("Do England and Wales differ?", "Councils in Scotland build homes.", ""),
        ("What is done?", "Councils in Scotland build homes.", ""),
    ],
)
def test_evidence_from_another_nation_is_called_that(question: str, text: str, said: str) -> None:
    got = notices(cite(1, passage(text)), question=question)
    assert [(n.kind, n.text) for n in got] == ([("jurisdiction", said)] if said else [])


def test_no_citation_no_notice() -> None:
    assert notices(rules=(rule("desk"),), question="What is done in Wales?") == []


# the index of initiatives

INITIATIVES = tomllib.loads((CORPUS / "initiatives.toml").read_text(encoding="utf-8"))["initiative"]
KNOWN = {"id", "name", "kind", "place", "organisations", "serves", "does", "needs", "source", "quote"}


@pytest.mark.parametrize("initiative", INITIATIVES, ids=[one["id"] for one in INITIATIVES])
def test_each_initiative_s_quotation_stands_in_its_source(
    initiative: dict[str, str], files: dict[str, str], documents: dict[str, Document]
) -> None:
    assert initiative["quote"] in files[initiative["source"]] or initiative["quote"] in text_of(
        documents[initiative["source"]]
    )


@pytest.mark.parametrize("initiative", INITIATIVES, ids=[one["id"] for one in INITIATIVES])
def test_each_initiative_is_filled_in(initiative: dict[str, str]) -> None:
    assert initiative.keys() <= KNOWN
    assert initiative["kind"] in {"case", "mention", "policy", "proposal", "study"}
    assert initiative["name"] and initiative["does"]
    assert 1 <= len(initiative["needs"]) <= 4
    assert len(initiative["quote"].split()) <= 35


def test_no_initiative_is_listed_twice() -> None:
    ids = [one["id"] for one in INITIATIVES]
    assert len(ids) == len(set(ids)) >= 50
