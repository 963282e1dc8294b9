"""Several rankings -> one."""

from __future__ import annotations

import pytest

from index.fuse import fuse


def test_scores_are_sums_of_reciprocal_ranks() -> None:
    # k = 60.  a: 1st by words, 3rd by meaning: 1/61 + 1/63 = 0.032266.  b: 2nd by words: 1/62 = 0.016129.
    # c: 1st by meaning: 1/61 = 0.016393.  d: 2nd by meaning: 1/62 = 0.016129.
    fused = fuse({"words": ["a", "b"], "meaning": ["c", "d", "a"]})
    assert [(id_, round(score, 6)) for id_, score, _ in fused] == [
        ("a", 0.032266),
        ("c", 0.016393),
        ("b", 0.016129),
        ("d", 0.016129),
    ]


def test_it_is_known_who_found_what() -> None:
    fused = fuse({"words": ["a", "b"], "meaning": ["a"]})
    assert {id_: names for id_, _, names in fused} == {"a": {"words", "meaning"}, "b": {"words"}}


def test_a_smaller_constant_favours_the_first_places() -> None:
    # k = 1.  a: 1st once: 1/2.  b: 3rd twice: 1/4 + 1/4 = 1/2, and a tie goes by id.  k = 60.  b: 2/63 > a: 1/61.
    rankings = {"one": ["a", "x", "b"], "two": ["y", "z", "b"]}
    assert fuse(rankings, k=1)[0][0] == "a"
    assert fuse(rankings, k=60)[0][0] == "b"


def test_ties_go_by_id_whatever_the_order_of_the_rankings() -> None:
    assert [id_ for id_, _, _ in fuse({"one": ["b"], "two": ["a"]})] == ["a", "b"]


@pytest.mark.parametrize("rankings", [{}, {"words": []}, {"words": [], "meaning": []}])
def test_nothing_fused_is_nothing(rankings: dict[str, list[str]]) -> None:
    assert fuse(rankings) == []


def test_what_one_ranking_could_not_hold_counts_as_in_the_others() -> None:
    rankings = {"words": ["a", "b"], "questions": ["a"]}
    (first, score, _), (second, other, _) = fuse(rankings, k=60, share=lambda id_: 0.5 if id_ == "b" else 1.0)
    assert (first, second) == ("a", "b")
    assert score == 1 / 61 + 1 / 61 and other == 2 / 62
