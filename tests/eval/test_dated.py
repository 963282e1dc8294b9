from assistant.notices import NoticeRule
from eval.dated import Dated, dated
from eval.figures import BY_NAME, value
from tests.eval.builders import citation, refusal, reply, score

RULE = NoticeRule(
    id="gone", sources=("shelf",), pattern=r"\bOld Board\b", kind="dated", confidence="high", text="It closed.", why=""
)
QUOTE = "The Old Board pays for it."


def test_a_quoted_word_that_is_out_of_date_owes_its_notice():
    assert dated(reply(QUOTE), [RULE]) == Dated(1, 0)
    assert dated(reply(QUOTE, notices=[{"text": "It closed."}]), [RULE]) == Dated(1, 1)


def test_nothing_is_owed_for_other_words_another_source_or_a_refusal():
    assert dated(reply("The new board pays."), [RULE]) == Dated(0, 0)
    assert dated(reply(QUOTE, citations=[citation(QUOTE, source="other")]), [RULE]) == Dated(0, 0)
    assert dated(refusal(related=[citation(QUOTE)]), [RULE]) == Dated(0, 0)


def test_the_figure_sums_over_replies_and_has_no_score_where_nothing_is_due():
    figure = BY_NAME["notices_given"]
    assert value(figure, [score(notices_due=3, notices_given=2), score(notices_due=1, notices_given=1)]) == 0.75
    assert value(figure, [score()]) is None
