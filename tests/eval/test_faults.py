import pytest

from eval.judge import judge
from eval.sources import Sources
from tests.eval.builders import GOLD, OTHER, case, citation, hits, refusal, reply, unanswerable

TWO_FACTS = {"must_contain": [["eleven"], ["lottery"]]}


@pytest.mark.parametrize(
    ("one", "got", "why"),
    [
        (case(), reply(GOLD), None),
        (case(), reply(OTHER), "not found"),
        (case(), refusal(hits=hits(OTHER)), "not found"),
        (case(), refusal(hits=hits(OTHER, GOLD)), "wrongly refused"),
        (case(), reply(OTHER, hits=hits(OTHER, GOLD)), "found and not chosen"),
        (case(**TWO_FACTS), reply(GOLD), "chosen and not said"),
        (case(must_not_contain=["council"]), reply(GOLD), "said what it must not"),
        (case(), reply(outcome="error"), "broke down"),
        (case(), reply(OTHER, hits=hits(*[OTHER] * 10, GOLD)), "not found"),  # rank 11
        (case(gold_quotes=[]), reply(OTHER), "chosen and not said"),
        (case(gold_quotes=[]), reply(OTHER, citations=[citation(OTHER, source="attic")]), "found and not chosen"),
        (unanswerable(), reply(GOLD), "wrongly answered"),
        (unanswerable(), refusal(), None),
    ],
)
def test_the_first_step_that_failed_is_named(one, got, why):
    assert judge(one, got, Sources({})).why == why
