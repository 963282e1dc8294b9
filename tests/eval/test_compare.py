import pytest

from eval.compare import compare
from eval.errors import EvalError
from eval.gate import faults
from eval.summary import summarise
from tests.eval.builders import score


def run(right, of=40, **fields):
    verdicts = ["right"] * right + ["wrong"] * (of - right)
    known = {"quotes": 1, "quotes_exact": 1}
    return [
        score(id=f"c{n}", verdict=v, why=None if v == "right" else "not found", **known | fields)
        for n, v in enumerate(verdicts)
    ]


def test_cases_that_flipped_are_listed_each_way():
    before, after = run(2, of=3), run(3, of=3)
    after[0] = before[2].model_copy(update={"id": "c0"})
    found = compare(before, after)
    assert [(flip.id, flip.before, flip.after) for flip in found.better] == [("c2", "wrong (not found)", "right")]
    assert [(flip.id, flip.before, flip.after) for flip in found.worse] == [("c0", "right", "wrong (not found)")]


def test_a_change_is_certain_when_its_interval_leaves_out_nothing():
    assert compare(run(20), run(36)).certain("right")
    assert compare(run(20), run(36)).improved("right")
    assert not compare(run(20), run(21)).certain("right")


def test_for_a_rate_that_should_be_low_less_is_an_improvement():
    before = run(40, refused=True, outcome="declined")
    assert compare(before, run(40)).improved("false_refusal_rate")


def test_only_shared_cases_are_compared():
    found = compare(run(3, of=3), run(2, of=2))
    assert (found.cases, found.left_out) == (2, ("c2",))
    with pytest.raises(EvalError, match="no case in common"):
        compare(run(1, of=1), [score(id="other")])


def test_a_run_passes_its_own_gate():
    assert faults(summarise(run(30)), summarise(run(30))) == []


def test_a_small_drop_is_inside_the_interval_and_a_large_one_is_not():
    # 30 of 40 has an interval of about .60 to .88
    baseline = summarise(run(30))
    assert faults(baseline, summarise(run(28))) == []
    assert any(
        line.startswith("Questions handled rightly: 0.500, outside") for line in faults(baseline, summarise(run(20)))
    )


def test_a_rate_that_should_be_low_is_caught_when_it_rises():
    told = faults(summarise(run(30)), summarise(run(30, refused=True, outcome="declined")))
    assert any(line.startswith("Declined without need: 1.000") for line in told)


def test_an_inexact_quote_fails_whatever_the_baseline():
    poor = summarise(run(30, quotes=200, quotes_exact=199))
    assert faults(poor, poor) == ["Quotes word for word: 99.50%, the floor is 100 %."]


def test_a_link_that_leads_nowhere_fails_whatever_the_baseline():
    poor = summarise(run(1, of=1, unknown_links=("[9]",)))
    assert faults(poor, poor) == ["Links or marks that lead to no source: 1, the floor is none."]


def test_a_figure_that_lost_its_score_fails():
    told = faults(summarise(run(30)), summarise(run(30, quotes=0, quotes_exact=0)))
    assert any("Quotes word for word: no score any more" in line for line in told)


def test_a_baseline_over_other_cases_is_not_compared_in_silence():
    assert any("not those of the baseline" in line for line in faults(summarise(run(3), "a"), summarise(run(3), "b")))
