import pytest

from eval.citations import (
    citations_needed,
    citations_used,
    claims_supported,
    exactness,
    support,
    supported,
    unknown_links,
)
from eval.reply import ShownClaim
from eval.sources import Sources
from tests.eval.builders import GOLD, OTHER, citation, reply

SHELF = Sources({"shelf": f"{GOLD} {OTHER}"})


def written(text, *marks):
    """A claim that a language model wrote."""
    return {"text": text, "citations": list(marks), "state": "supported"}


def test_a_quote_is_exact_when_it_is_the_span_of_its_passage_and_stands_in_the_source():
    assert exactness(reply(GOLD, related=[citation(OTHER, None)]), SHELF).exact == 2


def test_a_quote_that_is_not_its_span_is_not_exact():
    shifted = citation(GOLD)
    shifted["quotes"][0]["start"] += 1
    found = exactness(reply(GOLD, citations=[shifted]), SHELF)
    assert (found.shown, found.exact, found.inexact) == (1, 0, (GOLD,))


def test_a_quote_that_is_not_in_the_source_is_not_exact_even_when_the_passage_has_it():
    changed = GOLD.replace("eleven", "twelve")
    assert exactness(reply(changed), SHELF).inexact == (changed,)


def test_line_breaks_of_the_passage_do_not_matter():
    assert exactness(reply(GOLD.replace(" eleven", "\neleven")), SHELF).inexact == ()


def test_a_source_that_cannot_be_read_here_is_judged_by_the_passage():
    assert exactness(reply(GOLD), Sources({})).inexact == ()


def test_no_quote_shown_is_no_score():
    assert exactness(reply(), SHELF).shown == 0


@pytest.mark.parametrize(
    ("text", "quotes", "share"),
    [
        (GOLD, GOLD, 1.0),
        ("The council opened … last year.", GOLD, 1.0),  # both pieces stand
        ("The council opened … this year.", GOLD, 0.5),  # one piece of two
        (OTHER, GOLD, 0.0),
    ],
)
def test_support_of_a_quoted_claim_is_the_share_of_its_pieces_that_stand(text, quotes, share):
    assert support(ShownClaim(text=text), quotes) == share


def test_support_of_a_written_claim_is_the_share_of_its_content_words_and_all_its_numbers():
    # content words: council, open, eleven, centr, lottery: 4 of 5 = .8, at least .7
    claim = ShownClaim.model_validate(written("The council opens eleven centres by lottery"))
    assert support(claim, GOLD) == pytest.approx(4 / 5)
    assert supported(claim, GOLD)
    # a number that does not stand there takes all support away
    assert support(ShownClaim.model_validate(written("The council opened 12 centres")), GOLD) == 0


def test_recall_counts_claims_that_all_their_citations_support():
    first, second = GOLD, "They are paid for by the county."
    claims = [
        written("The council opened eleven centres, paid for by the county", 1, 2),  # 6 of 6 words over both
        written("The council opened eleven centres", 2),  # cited wrongly
        {"text": second, "citations": [2]},
    ]
    got = reply(first, second, claims=claims)
    assert (claims_supported(got), len(got.claims)) == (2, 3)


def test_precision_counts_citations_that_are_needed():
    # claim 1 rests on [1] alone: [1] is needed, [2] adds nothing.  claim 2 is not supported: its citation is no help.
    claims = [{"text": GOLD, "citations": [1, 2]}, {"text": "Not in any quote.", "citations": [2]}]
    got = reply(GOLD, OTHER, claims=claims)
    assert (citations_needed(got), citations_used(got)) == (1, 3)


def test_two_citations_that_each_support_a_claim_are_both_precise():
    got = reply(GOLD, GOLD, claims=[{"text": GOLD, "citations": [1, 2]}])
    assert (citations_needed(got), citations_used(got)) == (2, 2)


def test_two_citations_that_support_a_claim_only_together_are_both_precise():
    claims = [{"text": "The council opened … bears on what was asked", "citations": [1, 2]}]
    got = reply(GOLD, OTHER, claims=claims)
    assert (citations_needed(got), citations_used(got)) == (2, 2)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Said so [1].", ()),
        ("Said so [2].", ("[2]",)),
        ("See https://example.org/a.", ("https://example.org/a",)),
        ("See [here](mailto:x@example.org).", ("mailto:x@example.org",)),
        ("See [the passage](/api/v1/passages/p1) or [below](#one).", ()),
        ("See www.known.org/page", ()),
        ("It names [9] so.", ()),
    ],
)
def test_links_and_marks_that_lead_to_nothing_cited(text, unknown):
    passage = f"{GOLD} See www.known.org/page and note [9]."
    got = reply(GOLD, text=text, citations=[citation(GOLD, passage=passage)])
    assert unknown_links(got) == unknown
