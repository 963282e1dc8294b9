import pytest

from eval.figures import BY_NAME, value
from tests.eval.builders import score


def of(name, scores):
    return value(BY_NAME[name], scores)


def refused(due, kind="fact"):
    return score(kind=kind, answerable=not due, refused=True, outcome="not_in_documents")


def answered(due, verdict="right", kind="fact"):
    return score(kind=kind, answerable=not due, verdict=verdict)


# 4 questions without an answer, 3 declined and 1 answered; 6 with one, 1 declined and 5 answered.
SET = [*[refused(True)] * 3, answered(True, "wrong"), refused(False), *[answered(False)] * 5]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("refusal_precision", 3 / 4),  # 3 of the 4 that were declined
        ("refusal_recall", 3 / 4),  # 3 of the 4 that ought to be
        ("refusal_f1", 2 * 3 / (4 + 4)),  # 2 TP / (declined + due)
        ("false_answer_rate", 1 / 4),
        ("false_refusal_rate", 1 / 6),
    ],
)
def test_refusals(name, expected):
    assert of(name, SET) == pytest.approx(expected)


def test_ambiguous_questions_count_neither_as_due_nor_as_undue_refusals():
    either = [refused(False, "ambiguous"), answered(False, kind="ambiguous")]
    assert all(of(name, SET + either) == of(name, SET) for name in ("refusal_f1", "false_refusal_rate"))


def test_an_error_is_neither_an_answer_nor_a_refusal():
    broken = score(answerable=False, outcome="error", verdict="wrong")
    assert of("false_answer_rate", [broken]) == 0
    assert of("refusal_recall", [broken]) == 0


def test_answers_right_leaves_out_what_has_no_answer():
    scores = [answered(False), answered(False, "partly"), answered(False, "wrong"), answered(True, "wrong")]
    assert of("answers_right", scores) == pytest.approx(1 / 3)
    assert of("answers_right_or_partly", scores) == pytest.approx(2 / 3)
    assert of("right", scores) == pytest.approx(1 / 4)


def test_facts_recall_and_precision():
    # facts: 2 of 3 and 0 of 1 -> 2 of 4.  statements: 3 of 4 and 1 of 1 -> 4 of 5
    scores = [
        score(groups=3, groups_found=2, claims=4, claims_on_gold=3),
        score(groups=1, groups_found=0, claims=1, claims_on_gold=1),
        score(claims=9),  # nothing to judge its statements by
        score(answerable=False, groups=2, claims=2),
    ]
    assert of("facts_recall", scores) == pytest.approx(2 / 4)
    assert of("facts_precision", scores) == pytest.approx(4 / 5)


def test_search_figures_are_means_over_the_cases_with_gold():
    # any gold in the first 3: 1, 0, 1 -> 2/3.  all gold: 1/2, 0, 1 -> 1/2.
    scores = [score(gold_ranks=(1, 7)), score(gold_ranks=(4,)), score(gold_ranks=(2, 3)), score()]
    assert of("any_gold_recall_3", scores) == pytest.approx(2 / 3)
    assert of("all_gold_recall_3", scores) == pytest.approx(1 / 2)


def test_every_figure_has_no_score_over_nothing_and_a_sentence_for_the_reader():
    for figure in BY_NAME.values():
        assert value(figure, []) is None
        assert figure.meaning.endswith(".")
