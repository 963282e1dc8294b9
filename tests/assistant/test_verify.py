"""What may be shown: words of the source, unbroken and in order, and claims that their quotations bear out."""

from __future__ import annotations

import pytest

from assistant.assistant import Assistant
from assistant.draft import Draft, DraftClaim
from assistant.model import Claim, Quote
from assistant.units import units_of
from assistant.verify import fault, number, verify, whole_quotes
from index.model import Passage
from tests.assistant.builders import claim, passage, quote

DESK = passage(
    "The welcome desk opened in Bradley in May 2009. It was not paid for by the council. In its first year 640 newcomers "
    "asked for advice, and nine out of ten visitors would send a friend there."
)
WHOLE = (DESK, 0, len(DESK.text))
UNPAID = (DESK, 48, 83)
VISITORS = (DESK, 84, len(DESK.text))
FIRST = (DESK, 0, 47)


def quoted(text: str, *support: tuple[Passage, int, int]) -> DraftClaim:
    return DraftClaim(text, support or (FIRST,))


def written(text: str, *support: tuple[Passage, int, int]) -> DraftClaim:
    return DraftClaim(text, support or (WHOLE,), written=True)


@pytest.mark.parametrize(
    "text",
    [
        "The welcome desk opened in Bradley in May 2009.",
        "The welcome desk\n opened in  Bradley in May 2009.",  # white space may differ
    ],
)
def test_the_words_of_the_source_pass(text: str) -> None:
    assert fault(quoted(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The welcome desk … in May 2009.", id="an ellipsis"),
        pytest.param("The welcome desk ... in May 2009.", id="three dots"),
        pytest.param("In May 2009 the welcome desk opened in Bradley.", id="another order"),
        pytest.param("The welcome desk opened in Bradley in May 2010.", id="another figure"),
        pytest.param("The welcome desk opened in Bradford in May 2009.", id="another name"),
        pytest.param("The welcome desk never opened in Bradley in May 2009.", id="a word more"),
        pytest.param("The welcome desk opened in May 2009.", id="words fewer"),
        pytest.param("the welcome desk opened in Bradley in May 2009.", id="another letter case"),
        pytest.param("The welcome desk opened in Bradley in May 2009", id="no full stop"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_called_a_quotation_and_is_none_fails(text: str) -> None:
    assert fault(quoted(text)) == "not the words of the source"


def test_a_dropped_not_never_passes_as_a_quotation() -> None:
    start = DESK.text.index("It was not")
    support = (DESK, start, start + len("It was not paid for by the council."))
    assert fault(quoted("It was paid for by the council.", support)) == "not the words of the source"


@pytest.mark.parametrize(
    ("text", "support"),
    [
        ("The welcome desk in Bradley opened in May 2009.", FIRST),
        ("In its first year 640 newcomers asked for advice.", VISITORS),
        ("The desk was not paid for by the council.", WHOLE),
        ("The council has not paid for it.", UNPAID),
        ("Nine out of ten visitors would send a friend.", VISITORS),
    ],
)
def test_a_claim_that_its_quotation_bears_out_passes(text: str, support: tuple[Passage, int, int]) -> None:
    assert fault(written(text, support)) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("In the first year 650 newcomers asked for advice, not fewer.", "a figure that the quotation does not hold"),
        (
            "The desk opened in May 2010 and was not paid for by the council.",
            "a figure that the quotation does not hold",
        ),
        ("The council of Halifax has not paid for the welcome desk.", "a name that the quotation does not hold"),
        ("The desk was paid for by the council.", "another polarity than the quotation"),
        ("There is no good in the economy of large regions.", "too few of its words in the quotation"),
        ("", "an unfinished sentence"),
    ],
)
def test_a_claim_that_goes_beyond_its_quotation_fails(text: str, reason: str) -> None:
    assert fault(written(text)) == reason


def test_a_claim_with_a_negation_that_its_quotation_lacks_fails() -> None:
    assert fault(written("The welcome desk never opened in Bradley.", FIRST)) == "another polarity than the quotation"


@pytest.mark.parametrize("claim", [DraftClaim("It opened.", ()), DraftClaim("It opened.", (), written=True)])
def test_nothing_passes_without_support(claim: DraftClaim) -> None:
    assert fault(claim) == "no support"


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (0, 10_000), (5, 5), (9, 3)])
def test_a_span_outside_its_passage_fails(start: int, end: int) -> None:
    assert fault(quoted("The", (DESK, start, end))) == "a quotation outside its passage"


def test_what_fails_is_dropped_and_told_of() -> None:
    draft = Draft(
        (quoted("The welcome desk opened in Bradley in May 2009."), quoted("It closed."), DraftClaim("So?", ()))
    )
    verified = verify(draft)
    assert [claim.text for claim in verified.claims] == ["The welcome desk opened in Bradley in May 2009."]
    assert verified.dropped == ("not the words of the source: It closed.", "no support: So?")


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 2), (0, 999)])
def test_a_quote_cannot_be_made_up(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside passage"):
        Quote(DESK, start, end)


def test_a_claim_cannot_stand_without_a_quote() -> None:
    with pytest.raises(ValueError, match="at least one quote"):
        Claim("It opened.", ())


# quotations over places where something of the source was left out


def test_a_quotation_is_parted_where_words_were_left_out() -> None:
    of = passage("The desk opened in May. Many people came.", cuts=(23,))
    assert [one.text for one in whole_quotes(of, 0, len(of.text))] == ["The desk opened in May.", "Many people came."]


@pytest.mark.parametrize("cuts", [(), (0,), (23,), (0, 23)])
def test_a_cut_at_the_edge_parts_nothing(cuts: tuple[int, ...]) -> None:
    of = passage("The desk opened in May. Many people came.", cuts=cuts)
    assert [one.text for one in whole_quotes(of, 0, 23)] == ["The desk opened in May."]


def test_white_space_alone_is_no_quotation() -> None:
    of = passage("One. Two.", cuts=(4, 5))
    assert [one.text for one in whole_quotes(of, 0, 9)] == ["One.", "Two."]


def test_every_quotation_of_every_sentence_stands_in_its_file(assistant: Assistant, files: dict[str, str]) -> None:
    shown = [
        (of.source_id, one.text)
        for of in assistant.shelf.passages()
        for unit in units_of(of)
        for one in whole_quotes(of, unit.start, unit.end)
    ]
    assert len(shown) > 700
    assert [(source, text) for source, text in shown if " ".join(text.split()) not in files[source]] == []


def test_there_are_cuts_in_the_documents_to_test_this_with(assistant: Assistant) -> None:
    parted = [
        of
        for of in assistant.shelf.passages()
        if of.kind != "notes" and of.cuts and len(list(whole_quotes(of, 0, len(of.text)))) > 1
    ]
    assert len(parted) >= 10


# numbers


def test_citations_are_numbered_in_order_of_use() -> None:
    one, other = passage("First words.", id_="a"), passage("Other words.", id_="b")
    citations = number([claim(other), claim(one), claim(other)])
    assert [(c.number, c.passage.id) for c in citations] == [(1, "b"), (2, "a")]


def test_quotes_of_one_passage_share_a_number_and_are_told_once() -> None:
    one = passage("First words. Last words.", id_="a")
    (citation,) = number([claim(one, "First words."), claim(one, "Last words."), claim(one, "First words.")])
    assert citation.quotes == (quote(one, "First words."), quote(one, "Last words."))


def test_no_claims_no_citations() -> None:
    assert number([]) == ()
