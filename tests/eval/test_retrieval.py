import math

import pytest

from eval.retrieval import any_within, gold_ranks, ndcg_10, reciprocal_rank, share_within
from tests.eval.builders import GOLD, OTHER, case, hits, reply, unanswerable

SECOND = "A second council followed its example with three centres of its own."


def test_the_rank_of_a_gold_quote_is_that_of_the_first_hit_that_holds_it():
    found = reply(hits=hits(OTHER, GOLD, GOLD))
    assert gold_ranks(case(gold_quotes=[GOLD, SECOND]), found) == (2, None)


def test_hits_are_read_by_rank_and_not_by_place():
    assert gold_ranks(case(), reply(hits=hits(GOLD, GOLD)[::-1])) == (1,)


def test_recall_of_any_and_of_all_gold():
    ranks = (2, 4, None)
    assert [any_within(ranks, k) for k in (1, 3, 5, 10)] == [False, True, True, True]
    assert [share_within(ranks, k) for k in (1, 3, 5, 10)] == [0, 1 / 3, 2 / 3, 2 / 3]


def test_reciprocal_rank_is_one_over_the_first_rank():
    assert reciprocal_rank((None, 4, 2)) == pytest.approx(1 / 2)
    assert reciprocal_rank((11,)) == 0  # beyond the tenth
    assert reciprocal_rank((None,)) == 0


def test_ndcg_of_two_quotes_at_ranks_2_and_4():
    # gain at rank r: 1 / log2(r + 1).  found: 1/log2(3) + 1/log2(5) = .6309 + .4307 = 1.0616
    # best:  1/log2(2) + 1/log2(3) = 1 + .6309 = 1.6309.  1.0616 / 1.6309 = .6509
    gained = 1 / math.log2(3) + 1 / math.log2(5)
    assert ndcg_10((2, 4)) == pytest.approx(gained / (1 + 1 / math.log2(3)))
    assert ndcg_10((2, 4)) == pytest.approx(0.6509, abs=1e-4)


def test_ndcg_counts_a_missed_quote_and_not_a_repeated_one():
    assert ndcg_10((1,)) == 1
    assert ndcg_10((1, 1)) == 1  # one hit holds both: nothing could be better
    assert ndcg_10((1, None)) == pytest.approx(1 / (1 + 1 / math.log2(3)))  # 1 / 1.6309 = .6131
    assert ndcg_10((None,)) == 0


def test_there_is_no_score_without_gold_or_where_nothing_ought_to_be_found():
    assert gold_ranks(unanswerable(gold_quotes=[GOLD]), reply(hits=hits(GOLD))) == ()
    assert gold_ranks(case(gold_quotes=[]), reply(hits=hits(GOLD))) == ()
    for measure in (reciprocal_rank, ndcg_10):
        assert measure(()) is None
    assert any_within((), 5) is None
    assert share_within((), 5) is None
