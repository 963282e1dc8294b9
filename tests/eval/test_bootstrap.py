import pytest

from eval.bootstrap import estimate, estimate_difference, estimate_percentile
from eval.figures import BY_NAME, value
from tests.eval.builders import score

RIGHT, EXACT = BY_NAME["right"], BY_NAME["quote_exactness"]


def verdicts(right, wrong):
    return [score(id=f"r{n}") for n in range(right)] + [score(id=f"w{n}", verdict="wrong") for n in range(wrong)]


def test_the_interval_of_80_right_of_100_is_about_eight_points_to_each_side():
    # a share p of n has a standard error of sqrt(p (1 - p) / n) = sqrt(.8 * .2 / 100) = .04; 1.96 of them are .078
    found = estimate(RIGHT, verdicts(80, 20))
    assert (found.value, found.cases) == (0.8, 100)
    assert found.low == pytest.approx(0.72, abs=0.015)
    assert found.high == pytest.approx(0.88, abs=0.015)


def test_the_same_scores_give_the_same_interval():
    assert estimate(RIGHT, verdicts(7, 3)) == estimate(RIGHT, verdicts(7, 3))


def test_counts_are_summed_over_cases_and_not_averaged():
    # 1 of 1 and 0 of 3: 1 of 4 quotes are exact, though the mean of the cases would be 1/2
    scores = [score(id="a", quotes=1, quotes_exact=1), score(id="b", quotes=3, quotes_exact=0)]
    assert value(EXACT, scores) == 1 / 4


def test_there_is_no_score_without_a_case_that_has_a_say():
    assert estimate(EXACT, [score()]).value is None
    assert estimate(EXACT, []).model_dump() == {"value": None, "low": None, "high": None, "cases": 0}
    assert estimate_percentile([], 95).value is None


def test_the_median_and_the_95th_percentile_of_1_to_101_milliseconds():
    times = [float(n) for n in range(1, 102)]
    assert estimate_percentile(times, 50).value == 51
    assert estimate_percentile(times, 95).value == 96


def test_a_paired_difference_has_a_narrower_interval_than_its_sides():
    # 20 cases flip from wrong to right and none back: +.2, and 0 is outside the interval
    before, after = verdicts(60, 40), verdicts(80, 20)
    found = estimate_difference(RIGHT, before, after)
    assert found.value == pytest.approx(0.2)
    assert found.low > 0.1
    assert found.high < 0.3


def test_runs_that_do_not_differ_have_a_difference_of_nothing():
    found = estimate_difference(RIGHT, verdicts(7, 3), verdicts(7, 3))
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_a_difference_without_a_score_on_one_side_has_none():
    assert estimate_difference(EXACT, [score()], [score(quotes=1, quotes_exact=1)]).value is None
