import pytest

from eval.risk import risk_coverage
from tests.eval.builders import score


def sure(confidence, right):
    return score(confidence=confidence, verdict="right" if right else "wrong")


def test_risk_rises_as_less_sure_answers_are_kept():
    # surest first: right, right, wrong, wrong.  risk after each: 0, 0, 1/3, 2/4.  mean: (0 + 0 + 1/3 + 1/2) / 4 = .2083
    found = risk_coverage([sure(0.2, False), sure(0.9, True), sure(0.5, False), sure(0.8, True)])
    assert found.curve == ((0.25, 0), (0.5, 0), (0.75, pytest.approx(1 / 3, abs=1e-6)), (1, 0.5))
    assert found.aurc == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4, abs=1e-6)


def test_answers_of_equal_confidence_are_kept_or_dropped_together():
    found = risk_coverage([sure(0.5, True), sure(0.5, False)])
    assert found.curve == ((1, 0.5),)
    assert found.aurc == 0.5


def test_calibration_sets_confidence_beside_the_share_right():
    found = risk_coverage([sure(0.1 * n, n > 5) for n in range(1, 11)])
    assert [part.cases for part in found.calibration] == [2] * 5
    assert [part.right for part in found.calibration] == [0, 0, 0.5, 1, 1]
    assert found.calibration[0].confidence == pytest.approx(0.15)


def test_there_is_no_score_without_confidence_and_refusals_have_no_part():
    assert risk_coverage([score()]) is None
    assert risk_coverage([score(confidence=0.9, outcome="declined", refused=True)]) is None
