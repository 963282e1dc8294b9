"""Dates, marks, states and escaping: text in, text out."""

from __future__ import annotations

import datetime
import re
from typing import get_args

import pytest

from assistant.stock import State
from assistant.web.dates import age, in_words, with_age
from assistant.web.documents import coverage, entries
from assistant.web.evidence import card
from assistant.web.marks import pieces
from assistant.web.pages import FOLDER, plain, render
from assistant.web.states import CLAIMS, NOTICES, OUTCOMES, claim, how_worded, notice, outcome
from assistant.web.turns import exchange, quotation_marks
from assistant.web.words import LANGUAGES, texts_of, words
from ingest.model import Metadata
from tests.web.doubles import HOSTILE, METADATA, FakeAssistant

TODAY = datetime.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("2017-01", "January 2017"),
        ("2017", "2017"),
        ("2017-01-05", "January 2017"),
        ("2017-13", "2017-13"),
        ("", ""),
        ("spring", "spring"),
    ],
)
def test_a_date_is_put_in_words_as_far_as_it_is_known(published: str, words: str) -> None:
    assert in_words(published) == words


@pytest.mark.parametrize(
    ("published", "words"),
    [("2007-03", "19 years old"), ("2025", "1 year old"), ("2026", "from this year"), ("2031", ""), ("", "")],
)
def test_age_counts_calendar_years(published: str, words: str) -> None:
    assert age(published, TODAY) == words


def test_an_unknown_date_says_so() -> None:
    assert with_age("", TODAY) == "date unknown"


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ([], "abcdef"),
        ([(0, 2)], "[ab]cdef"),
        ([(4, 6), (0, 2)], "[ab]cd[ef]"),
        ([(0, 3), (2, 4)], "[abc][d]ef"),
        ([(0, 6), (1, 2)], "[abcdef]"),
        ([(5, 99)], "abcde[f]"),
        ([(9, 12), (3, 3)], "abcdef"),
    ],
)
def test_marks_cover_the_spans_and_the_text_stays_whole(spans: list[tuple[int, int]], shown: str) -> None:
    made = pieces("abcdef", spans)
    assert "".join(f"[{p.text}]" if p.marked else p.text for p in made) == shown
    assert "".join(p.text for p in made) == "abcdef"


def test_every_state_has_words_and_an_icon() -> None:
    for texts in map(words, LANGUAGES):
        named = [outcome(name, texts) for name in OUTCOMES] + [notice(name, texts) for name in (*NOTICES, "new")]
        for state in (*named, *(claim(name, texts) for name in CLAIMS)):
            assert state and state.words and state.icon


def test_how_an_answer_is_worded_is_said_only_when_it_holds_for_all_of_it() -> None:
    assert how_worded(["quoted", "quoted"], words()) == "quoted word for word"
    assert how_worded(["quoted", "supported"], words()) == ""


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Cats purr.", "“Cats purr.”"),
        ("“Cats purr.”", "“Cats purr.”"),
        ("“Cats” purr", "‘“Cats” purr’"),
        ("“Cats” and “dogs”", "‘“Cats” and “dogs”’"),
        ("Cats “purr”", "‘Cats “purr”’"),
    ],
)
def test_words_of_a_source_stand_in_quotation_marks_once(text: str, marked: str) -> None:
    before, after = quotation_marks(text)
    assert f"{before}{text}{after}" == marked


def test_hiding_and_reordering_characters_are_taken_out_and_line_breaks_stay() -> None:
    assert plain("a\u202eb\U000e0041c\x07d\ud800e\nf") == "abcde\nf"


def test_joiners_that_some_scripts_need_stay() -> None:
    assert plain("می\u200cخواهم") == "می\u200cخواهم"


def test_coverage_names_the_number_and_the_years() -> None:
    assert coverage({}) == "0 documents"
    assert coverage({"a": Metadata("A")}) == "1 document"
    assert coverage({"a": Metadata("A", published="2017")}) == "1 document from 2017"
    assert coverage({"a": Metadata("A", published="2017"), "b": Metadata("B", published="2007-03")}) == (
        "2 documents, 2007 to 2017"
    )


def test_documents_come_newest_first_and_the_undated_last() -> None:
    held = {"a": Metadata("A"), "b": Metadata("B", published="2007"), "c": Metadata("C", published="2018-05")}
    assert [entry.source_id for entry in entries(held)] == ["c", "b", "a"]


@pytest.fixture
def asked() -> FakeAssistant:
    return FakeAssistant()


def test_a_quote_that_does_not_stand_in_its_passage_is_not_marked(asked: FakeAssistant) -> None:
    citation = asked.json(asked.ask("employers"))["citations"][0]
    invented = {**citation, "quotes": [{"text": "Cats bark", "start": 0, "end": 9}]}
    assert not any(piece.marked for piece in card(invented, [], "x", asked.shelf, words()).passage)


def test_a_card_shows_both_forms_of_a_page_and_no_page_where_none_is_known(asked: FakeAssistant) -> None:
    cre, appg = asked.json(asked.ask("employers"))["citations"]
    assert ("Page", "page 56 (PDF page 58)") in card(appg, [], "x", asked.shelf, words()).facts
    assert "Page" not in dict(card(cre, [], "x", asked.shelf, words()).facts)


def test_a_card_of_a_passage_no_longer_held_has_nothing_around_it(asked: FakeAssistant) -> None:
    citation = asked.json(asked.ask("employers"))["citations"][0]
    gone = card({**citation, "passage_id": "gone"}, [], "x", asked.shelf, words())
    assert (gone.before, gone.after) == ("", "")


def test_what_is_copied_names_publisher_title_date_and_place(asked: FakeAssistant) -> None:
    citation = asked.json(asked.ask("employers"))["citations"][0]
    assert card(citation, [], "x", asked.shelf, words()).to_copy == (
        "“Public authorities should work closely with employers, trades unions and others to plan for services "
        "better” (Institute for Public Policy Research (ippr) for the Commission for Racial Equality, The reception "
        "and integration of new migrant communities: Executive summary, March 2007, Recommendations › Local)"
    )


def test_a_heading_stands_once_before_its_group(asked: FakeAssistant) -> None:
    shown = exchange(1, asked.json(asked.ask("employers")), asked.shelf, "employers", words())
    headings = [block.heading for block in shown.blocks]
    assert headings == ["CRE study, 2007", "APPG interim report, 2017", ""]


def test_hostile_strings_come_out_as_text_wherever_they_stand(asked: FakeAssistant) -> None:
    shown = exchange(1, asked.json(asked.ask("hostile")), asked.shelf, HOSTILE, words())
    page = render("conversation.html", exchanges=(shown,)) + render(
        "documents.html", coverage=HOSTILE, entries=entries(METADATA), years=[], places=[], themes=[], gaps=[HOSTILE]
    )
    page += render("examples.html", questions=[HOSTILE]) + render(
        "status.html", stage=HOSTILE, spoken=HOSTILE, working=True, quiet=False
    )
    assert "<img" not in page and "\u202e" not in page and "\U000e0041" not in page
    assert page.count("&lt;img src=x onerror=&#34;") >= 10


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_welsh_has_every_text_of_the_screen_with_the_same_places_to_fill() -> None:
    english, welsh = texts_of("en"), texts_of("cy")
    assert {key for key in english if key not in welsh} == set()
    assert {key for key in welsh if key not in english and not key.startswith("reasons.")} == set()
    assert [key for key in english if fields(english[key]) != fields(welsh[key])] == []


def test_plain_words_say_only_what_english_says_too() -> None:
    english, plain_words = texts_of("en"), texts_of("plain")
    assert [key for key in plain_words if fields(plain_words[key]) - fields(english.get(key, ""))] == []
    assert set(plain_words) <= set(english)


def test_every_text_is_used() -> None:
    files = [*FOLDER.rglob("*.py"), *FOLDER.rglob("templates/*.html")]
    code = "".join(path.read_text("utf-8") for path in files)
    named = ("stages", "outcomes", "notices", "claims", "how", "kinds", "searched", "card", "shelf", "initiatives")
    named += ("briefing", "comparison", "feedback", "initiatives.kinds")
    unused = {key for key in texts_of("en") if f'"{key.removesuffix(".one").removesuffix(".more")}"' not in code}
    asked_for = {f"{table}.{name}" for table in named for name in re.findall(r'"(\w+)"', code)}
    stages = {f"stages.{name}" for name in words().group("stages")}
    counted = {f"about.{name}_{n}" for name in ("how", "limit", "access") for n in range(1, 5)}
    kinds = {key for key in texts_of("en") if key.startswith(("kinds.", "initiatives.kinds."))}
    built = {f"{name}.{what}" for name in ("briefing", "comparison") for what in _OF_A_PAGE}
    scripts = "".join(script(name) for name in ("chat.js", "embed.js"))
    said = re.findall(r"\bT\.(\w+)|\bwords\.(\w+)|\"(shown\.\w+)\"", scripts)
    built |= {f"{table}.{''.join(name)}" for name in said for table in ("embed", "widget")}
    built |= {f"operator.{name}" for name in said_to_the_operator()}
    assert unused - asked_for - stages - counted - kinds - built - {"ask.fault", "ask.busy", "dates.months"} == set()


_OF_A_PAGE = ("topic", "placeholder", "write", "making", "done", "empty")


def script(name: str) -> str:
    return (FOLDER / "static" / name).read_text("utf-8")


def said_to_the_operator() -> set[str]:
    """The texts that the script of the operator's page asks for."""
    code, held = script("operator.js"), words().group("operator")
    named = set(re.findall(r"\bT\.(\w+)", code)) | set(re.findall(r"\bT\[\"([\w.]+)\"\]", code))
    counted = {f"{name}.{n}" for name in re.findall(r"\bmany\(\"(\w+)\"", code) for n in ("one", "more")}
    tables = tuple(f"{name}." for name in re.findall(r"\bT\[`(\w+)\.\$", code))
    return named | counted | {key for key in held if key.startswith(tables)}


def test_the_operators_page_says_nothing_that_is_not_in_the_files_of_words() -> None:
    from_server = {"language", "code", "rest"}
    assert said_to_the_operator() - set(words().group("operator")) == from_server
    literals = re.findall(r"\"[^\"\n]*\"|`[^`\n]*`", re.sub(r"//.*", "", script("operator.js")))
    assert [
        one for one in literals if re.search(r"[A-Z][a-z]+ [a-z]|[a-z] [a-z]+[.?:]", one.replace("Bearer $", ""))
    ] == []
    page = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<code>.*?</code>", "", (FOLDER / "templates" / "operator.html").read_text())
    assert re.findall(r">[^<]*[A-Za-z][^<]*<|(?:placeholder|aria-label|title|alt)=\"[A-Za-z][^\"]*\"", page) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_operators_page_has_states_outcomes_and_units_in_every_language(code: str) -> None:
    held = words(code).group("operator")
    assert {key[7:] for key in held if key.startswith("states.")} == set(get_args(State))
    assert {key[9:] for key in held if key.startswith("outcomes.")} == set(OUTCOMES)
