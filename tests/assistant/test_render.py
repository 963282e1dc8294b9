"""What a person reads and what a program gets: numbered marks, no markup from outside, the fields of the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.model import Claim, Notice, Outcome, Quote, Trace
from assistant.render import age, cited_as, escape, markdown, page_words, reply_json, when
from index.model import Hit
from ingest.model import Locator, Metadata
from tests.assistant.builders import SHELF, answer, claim, passage, quote, refusal

TODAY = date(2026, 11, 21)
DESK = passage("The desk opened in May. Ten people came.", id_="a")
HARBOUR = passage("Tea is free; the cake is not.", "coast", id_="b")

HOSTILE = [
    "[click here](http://evil.example/x)",
    "![x](http://evil.example/pixel.png)",
    "![x][ref]\n\n[ref]: http://evil.example",
    "<http://evil.example>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`code` and ```fence```",
    "```\nfence\n```",
    "~~~\nfence\n~~~",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "# heading",
    "Words\n====",
    "Words\n---",
    "---",
    "* star\n* star",
    "- dash\n- dash",
    "+ plus",
    "1. one\n2. two",
    "2018) was the year",
    "> quoted",
    "    indented code",
    "**bold** and _emphasis_ and ~~struck~~",
    "back\\slash and \\[escaped](http://evil.example)",
    "[1] is no citation of ours",
    "line one  \nline two",
    "</div></body>",
    "javascript:alert(1)",
]  # fmt: skip


def tokens(text: str) -> list[Token]:
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [token for one in parsed for token in (one, *(one.children or ()))]


def plain(text: str) -> str:
    """What a reader sees of Markdown."""
    return "".join(
        token.content if token.type == "text" else " " * (token.type == "softbreak") for token in tokens(text)
    )


def kinds(text: str) -> set[str]:
    return {token.type for token in tokens(text)}


PARAGRAPHS = {"paragraph_open", "inline", "text", "paragraph_close", "softbreak"}


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_a_source_never_become_markup(text: str) -> None:
    shown = markdown(answer(claim(passage(text))), SHELF)
    assert kinds(shown) <= PARAGRAPHS


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_a_source_are_read_as_they_stand(text: str) -> None:
    shown = plain(markdown(answer(claim(passage(text))), SHELF))
    assert " ".join(text.split()) in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_a_model_never_become_markup(text: str) -> None:
    made = Claim(text, (quote(DESK, "The desk opened in May."),), state="supported")
    assert kinds(markdown(answer(made), SHELF)) <= PARAGRAPHS


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_beside_the_words_becomes_markup(text: str) -> None:
    made = replace(claim(DESK), about=text, group=text)
    shown = markdown(answer(made, notices=(Notice("dated", text, "high", (1,)),), note=text), SHELF)
    assert kinds(shown) <= PARAGRAPHS | {"strong_open", "strong_close", "em_open", "em_close"}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_stands_nearby_never_becomes_markup(text: str) -> None:
    near = passage(text, where=Locator(heading=(text,)))
    shown = markdown(refusal(Quote(near, 0, len(text))), SHELF | {"town": Metadata(text)})
    lists = {"bullet_list_open", "list_item_open", "list_item_close", "bullet_list_close"}
    assert kinds(shown) <= PARAGRAPHS | lists | {"strong_open", "strong_close"}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_list_item_holds_no_other_list(text: str) -> None:
    shown = tokens(markdown(answer(claim(DESK), claim(passage(text), item=True)), SHELF))
    assert [token.type for token in shown].count("list_item_open") == 1


@pytest.mark.parametrize("words", ["just under £1,200", "37%", "“Contact, participation”", "(small)", "B12"])
def test_the_answer_s_words_are_bold(words: str) -> None:
    text = f"They gave {words}—so it is said."
    start = text.index(words)
    shown = tokens(markdown(answer(replace(claim(passage(text)), spans=((start, start + len(words)),))), SHELF))
    at = [token.type for token in shown].index("strong_open")
    assert shown[at + 1].content == words


def test_spans_that_overlap_are_marked_once() -> None:
    shown = markdown(answer(replace(claim(DESK), spans=((4, 8), (6, 15), (24, 27)))), SHELF)
    assert shown.startswith("“The **desk** opened in May. **Ten** people came.” [1]")


# quotation marks and numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It opened in May.", "“It opened in May.”"),
        ("“Here I am a host.” Selam", "“Here I am a host.” Selam"),
        ("“Contact,” is one of four pillars, Ryder said, and so on for long.", "‘“Contact,” is one of four pillars, Ryder said, and so on for long.’"),
        ("She said “yes” to it.", "‘She said “yes” to it.’"),
    ],
)  # fmt: skip
def test_words_of_a_source_stand_in_quotation_marks(text: str, shown: str) -> None:
    assert markdown(answer(claim(passage(text))), SHELF) == f"{shown} [1]"


def test_a_claim_that_a_model_wrote_has_no_quotation_marks() -> None:
    made = Claim("A desk opened in May.", (quote(DESK, "The desk opened in May."),), state="supported")
    assert markdown(answer(made), SHELF) == "A desk opened in May. [1]"


def test_numbers_run_in_order_of_use_and_each_is_used() -> None:
    made = answer(
        claim(HARBOUR), claim(DESK, "Ten people came."), claim(HARBOUR), claim(passage("Rain fell.", id_="c"))
    )
    shown = markdown(made, SHELF)
    used = [int(number) for number in re.findall(r"\[(\d+)\]", shown)]
    assert list(dict.fromkeys(used)) == [citation.number for citation in made.citations] == [1, 2, 3]


def test_a_claim_over_two_passages_has_both_numbers() -> None:
    made = Claim("Both are free.", (quote(HARBOUR, "Tea is free"), quote(DESK, "Ten people came.")), state="supported")
    assert markdown(answer(made), SHELF) == "Both are free. [1][2]"


def test_a_group_is_named_once_before_its_claims() -> None:
    made = answer(
        claim(HARBOUR, group="Coast, 2007"),
        claim(HARBOUR, "Tea is free", group="Coast, 2007"),
        claim(DESK, group="Town, 2018"),
    )
    assert markdown(made, SHELF).splitlines()[0::2] == [
        "**Coast, 2007**",
        "“Tea is free; the cake is not.” [1]",
        "“Tea is free” [1]",
        "**Town, 2018**",
        "“The desk opened in May. Ten people came.” [2]",
    ]  # fmt: skip


def test_items_follow_their_introduction_as_a_list() -> None:
    made = answer(
        claim(DESK, "The desk opened in May."),
        claim(HARBOUR, "Tea is free", item=True),
        claim(HARBOUR, "the cake", item=True),
    )
    shown = [token.type for token in tokens(markdown(made, SHELF))]
    assert shown.count("bullet_list_open") == 1
    assert shown.count("list_item_open") == 2


def test_what_helps_to_understand_stands_outside_the_quotation() -> None:
    shown = markdown(answer(claim(DESK, "Ten people came.", about="Welcome desk")), SHELF)
    assert shown == "Welcome desk: “Ten people came.” [1]"


# notices and notes


def test_a_sure_notice_is_said_and_an_unsure_one_hedged() -> None:
    made = answer(
        claim(DESK),
        notices=(
            Notice("dated", "The desk has closed.", "high", (1,)),
            Notice("dated", "The hall is closed.", "medium", (1,)),
            Notice("dated", "Its hours may have changed since.", "medium", (1,)),
        ),
    )
    assert [line for line in markdown(made, SHELF).splitlines() if line.startswith("⚠")] == [
        "⚠ The desk has closed. [1]",
        "⚠ The hall is closed. This may have changed since. [1]",
        "⚠ Its hours may have changed since. [1]",
    ]


def test_our_own_sentence_is_set_apart() -> None:
    assert markdown(answer(claim(DESK), note="I took it to mean the desk."), SHELF).endswith(
        "*I took it to mean the desk.*"
    )


def test_a_refusal_says_why_and_offers_what_stands_nearby_as_that() -> None:
    shown = markdown(refusal(quote(DESK, "Ten people came.")), SHELF)
    assert shown.splitlines() == [
        "The documents do not say.",
        "",
        "**What the documents do say nearby** (not an answer to your question):",
        "",
        "- “Ten people came.” (Town report, 2018)",
    ]


def test_a_refusal_with_nothing_nearby_is_one_line() -> None:
    assert markdown(refusal(), SHELF) == "The documents do not say."


# words for places and dates


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (Locator(), None, ""),
        (Locator(6, None), None, "page 6"),
        (Locator(6, "6"), None, "page 6"),
        (Locator(None, "iv"), None, "page iv"),
        (Locator(6, "iv"), None, "page iv (PDF page 6)"),
        (Locator(6, "iv"), Locator(7, "v"), "page iv (PDF page 6) to page v (PDF page 7)"),
        (Locator(6), Locator(7), "page 6 to page 7"),
        (Locator(6), Locator(), "page 6"),
        (Locator(), Locator(7), ""),
    ],
)
def test_words_for_a_page(first: Locator, last: Locator | None, words: str) -> None:
    assert page_words(first, last) == words


@pytest.mark.parametrize(
    ("published", "words"),
    [("2018-05", "May 2018"), ("2017-12", "December 2017"), ("2007", "2007"), ("", "date unknown")],
)
def test_words_for_a_date(published: str, words: str) -> None:
    assert when(Metadata("T", published=published)) == words


@pytest.mark.parametrize(
    ("published", "words"),
    [("2007", "2007, 19 years old"), ("2025-12", "2025, 1 year old"), ("2026-01", "2026"), ("2030", "2030"), ("", "")],
)
def test_words_for_an_age(published: str, words: str) -> None:
    assert age(Metadata("T", published=published), TODAY) == words


@pytest.mark.parametrize(
    ("source", "where", "words"),
    [
        ("town", Locator(6, "iv", ("One", "Two")), "Town report, 2018, Two, page iv (PDF page 6)"),
        ("coast", Locator(), "The Coast in Winter, 2007"),
        ("plain", Locator(), "Notes without a date"),
    ],
)
def test_the_name_of_a_place(source: str, where: Locator, words: str) -> None:
    assert cited_as(passage("Words.", source, where=where), SHELF) == words


def test_a_year_in_the_title_is_not_said_twice() -> None:
    about = {"town": Metadata("Plans for 2018", published="2018-05")}
    assert cited_as(DESK, about) == "Plans for 2018"


# JSON

FIELDS = {
    "schema", "question", "search_text", "outcome", "reason", "text", "claims", "citations", "notices", "related", "hits",
    "suggestions", "engine", "timings_ms",
}  # fmt: skip
BESIDE = {"filters", "personal_data", "trace", "note", "confidence", "warnings"}  # known extras
CITATION = {
    "number", "passage_id", "source_id", "title", "publisher", "published", "page_index", "page_label", "heading", "quotes",
    "passage_text",
}  # fmt: skip
BESIDE_A_CITATION = {"place", "page", "kind", "date", "age"}


def replies() -> Iterator[dict[str, object]]:
    trace = Trace("search", (Hit(DESK, 0.123456, 1, frozenset({"words", "meaning"})),), features={"chance": 0.9})
    notices = (Notice("dated", "Closed.", "high", (1,)),)
    for reply in (
        answer(claim(DESK), notices=notices, trace=trace, note="So."),
        refusal(quote(DESK, "Ten people came.")),
    ):
        yield reply_json(reply, SHELF, {"embedding": "m", "index": "i", "version": "0"}, TODAY)


@pytest.mark.parametrize("reply", list(replies()), ids=["answer", "refusal"])
def test_a_reply_has_the_fields_of_the_contract(reply: dict[str, object]) -> None:
    assert FIELDS <= reply.keys() <= FIELDS | BESIDE
    assert reply["schema"] == "common-ground/reply/1"
    assert set(reply["engine"]) == {"writer", "embedding", "index", "version"}  # type: ignore[call-overload]
    assert set(reply["timings_ms"]) == {"search", "draft", "verify", "total"}  # type: ignore[call-overload]


@pytest.mark.parametrize("reply", list(replies()), ids=["answer", "refusal"])
def test_a_reply_is_plain_json(reply: dict[str, object]) -> None:
    assert json.loads(json.dumps(reply, allow_nan=False)) == reply


def test_an_answer_s_citations_claims_and_hits_have_their_fields() -> None:
    made = next(replies())
    (citation,), (one,), (hit,), (notice,) = made["citations"], made["claims"], made["hits"], made["notices"]  # type: ignore[misc]
    assert CITATION <= citation.keys() <= CITATION | BESIDE_A_CITATION
    assert (
        {"text", "citations", "state"}
        <= one.keys()
        <= {"text", "citations", "state", "about", "group", "item", "spans"}
    )
    assert hit.keys() == {"passage_id", "source_id", "score", "rank", "found_by", "text"}
    assert hit["found_by"] == ["meaning", "words"]
    assert notice == {"kind": "dated", "text": "Closed.", "confidence": "high", "citations": [1]}
    assert made["reason"] is None
    assert made["related"] == []


def test_a_refusal_cites_nothing_and_its_related_quotes_are_exact() -> None:
    _, made = replies()
    (near,) = made["related"]  # type: ignore[misc]
    (said,) = near["quotes"]
    assert made["citations"] == made["claims"] == []
    assert made["reason"] == "weak_evidence"
    assert made["outcome"] == str(Outcome.NOT_IN_DOCUMENTS)
    assert near["passage_text"][said["start"] : said["end"]] == said["text"] == "Ten people came."


def test_what_is_not_known_is_null_and_not_made_up() -> None:
    made = reply_json(answer(claim(passage("Words.", "plain"))), SHELF, {}, TODAY)
    (citation,) = made["citations"]
    assert (citation["published"], citation["publisher"], citation["page_index"]) == (None, "", None)
    assert (citation["date"], citation["age"]) == ("date unknown", "")


def test_escaping_leaves_plain_words_alone() -> None:
    assert escape("Plain words, 37% – “said” & done.") == "Plain words, 37% – “said” & done."
