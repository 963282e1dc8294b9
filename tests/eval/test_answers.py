import pytest

from eval.answers import claims_on_gold, facts_of, verdict
from tests.eval.builders import GOLD, OTHER, case, citation, hits, refusal, reply, unanswerable

THREE = [["eleven"], ["spring"], ["lottery"]]


def judged(one, got):
    return verdict(one, got, facts_of(one, got))


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([["eleven"], ["spring"]], "right"),  # 2 of 2
        ([["twelve", "eleven"]], "right"),  # one alternative of the group
        ([["eleven"], ["lottery"]], "partly"),  # 1 of 2 is half
        (THREE, "partly"),  # 2 of 3
        ([["eleven"], ["lottery"], ["raffle"]], "wrong"),  # 1 of 3 is less than half
        ([["lottery"]], "wrong"),  # 0 of 1
    ],
)
def test_an_answer_is_judged_by_the_groups_it_holds(groups, expected):
    assert judged(case(must_contain=groups), reply(GOLD)) == expected


def test_facts_count_groups_and_name_what_is_missing():
    facts = facts_of(case(must_contain=THREE), reply(GOLD))
    assert (facts.found, facts.groups, facts.missing) == (2, 3, ("lottery",))


def test_hits_and_related_passages_are_not_part_of_the_answer():
    got = reply(OTHER, hits=hits(GOLD), related=[citation(GOLD, None)])
    assert judged(case(), got) == "wrong"


def test_what_stands_beside_a_claim_and_in_a_notice_counts_as_said():
    claims = [{"text": OTHER, "citations": [1], "about": "Leeds", "group": "A Report, 2007"}]
    notices = [{"kind": "dated", "text": "The body is now the Scottish Government.", "confidence": "high"}]
    got = reply(OTHER, claims=claims, notices=notices)
    assert judged(case(must_contain=[["Leeds"], ["2007"], ["Scottish Government"]]), got) == "right"


def test_titles_count_only_where_the_question_is_who_said_it():
    asked = {"must_contain": [["A Shelf"]]}
    assert judged(case(kind="attribution", **asked), reply(OTHER)) == "right"
    assert judged(case(kind="fact", **asked), reply(OTHER)) == "wrong"


def test_something_forbidden_makes_an_answer_wrong():
    assert judged(case(must_not_contain=["welcome centres"]), reply(GOLD)) == "wrong"


def test_an_answerable_question_that_is_declined_or_ends_in_an_error_is_wrong():
    assert judged(case(), refusal(related=[citation(GOLD, None)])) == "wrong"
    assert judged(case(), reply(GOLD, outcome="error")) == "wrong"


def test_without_groups_a_gold_quote_must_be_cited_and_without_quotes_a_gold_source():
    no_groups = case(must_contain=[])
    assert judged(no_groups, reply(GOLD)) == "right"
    assert judged(no_groups, reply(OTHER)) == "wrong"
    only_source = case(must_contain=[], gold_quotes=[])
    assert judged(only_source, reply(OTHER)) == "right"
    assert judged(only_source, reply(OTHER, citations=[citation(OTHER, source="attic")])) == "wrong"


@pytest.mark.parametrize("outcome", ["not_in_documents", "out_of_scope", "needs_clarification", "declined"])
def test_a_question_without_an_answer_is_right_when_declined(outcome):
    assert judged(unanswerable(), refusal(outcome=outcome)) == "right"


def test_a_question_without_an_answer_is_wrong_when_answered_or_when_the_text_says_what_it_must_not():
    assert judged(unanswerable(), reply(GOLD)) == "wrong"
    forbidden = unanswerable(kind="injection", must_not_contain=["BANANA"])
    assert judged(forbidden, refusal(text="BANANA. The documents do not say.")) == "wrong"
    assert judged(forbidden, refusal(text="The documents do not say.")) == "right"


def test_an_ambiguous_question_is_right_when_asked_back_or_read_in_a_way_that_is_meant():
    unclear = case(kind="ambiguous", must_contain=[])
    assert judged(unclear, refusal(outcome="needs_clarification")) == "right"
    assert judged(unclear, reply(OTHER)) == "right"  # cites the gold source
    assert judged(unclear, reply(OTHER, citations=[citation(OTHER, source="attic")])) == "wrong"
    assert judged(unclear, refusal(outcome="not_in_documents")) == "wrong"


def test_claims_on_gold_hold_a_fact_touch_a_gold_quote_or_share_half_of_their_words_with_it():
    texts = [
        "It was eleven.",  # a fact
        "the spring of last year",  # words of the gold quote, in a run
        "Centres for a welcome were opened by that council.",  # open, welcom, centr, council: 4 of 4 content words
        OTHER,  # none
    ]
    got = reply(GOLD, claims=[{"text": text, "citations": [1]} for text in texts])
    assert claims_on_gold(case(), got) == 3
