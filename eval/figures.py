"""The figures of an evaluation: what each is called, what it means in a sentence, and how a case adds to it.

A case adds a pair (how much, of how much) or nothing; a figure is the sum of the first over the sum of the second,
and has no score when the second sum is 0. Means, shares, precision, recall and F1 are all of this form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.model import Score
from eval.retrieval import any_within, share_within

Pair = tuple[float, float]
Group = Literal["Answers", "Refusals", "Quotes and citations", "Search"]


@dataclass(frozen=True, slots=True)
class Figure:
    """`meaning` is for a reader who does not program. `better` says which way is good; `share` is shown as per cent."""

    name: str
    label: str
    group: Group
    meaning: str
    pair: Callable[[Score], Pair | None]
    better: Literal["higher", "lower"] = "higher"
    share: bool = True


def value(figure: Figure, scores: Sequence[Score]) -> float | None:
    """The figure over these cases; None when no case has a say in it."""
    pairs = [pair for score in scores if (pair := figure.pair(score)) is not None]
    whole = sum(pair[1] for pair in pairs)
    return sum(pair[0] for pair in pairs) / whole if whole else None


def _mean(amount: float | bool | None) -> Pair | None:
    return None if amount is None else (float(amount), 1.0)


def _within(k: int) -> str:
    return "at the first place" if k == 1 else f"in the first {k}"


def _among(k: int) -> str:
    return "in the first passage found" if k == 1 else f"in the first {k} passages found"


def _found(k: int) -> Figure:
    return Figure(
        f"any_gold_recall_{k}",
        f"Some evidence {_within(k)}",
        "Search",
        f"Of the questions with known evidence, how many had some of it {_among(k)}.",
        lambda score: _mean(any_within(score.gold_ranks, k)),
    )


def _evidence(k: int) -> Figure:
    return Figure(
        f"all_gold_recall_{k}",
        f"All evidence {_within(k)}",
        "Search",
        f"The share of all the pieces of evidence of a question that stand {_among(k)}.",
        lambda score: _mean(share_within(score.gold_ranks, k)),
    )


def _right_answer(score: Score) -> Pair | None:
    return _mean(score.verdict == "right") if score.answerable else None


def _helpful_answer(score: Score) -> Pair | None:
    return _mean(score.verdict in ("right", "partly")) if score.answerable else None


def _facts_recall(score: Score) -> Pair | None:
    return (score.groups_found, score.groups) if score.answerable and score.groups else None


def _facts_precision(score: Score) -> Pair | None:
    judged = score.answerable and score.claims and (score.groups or score.gold_ranks)
    return (score.claims_on_gold, score.claims) if judged else None


def _refusal_precision(score: Score) -> Pair | None:
    return _mean(score.due_refusal) if score.refused else None


def _refusal_recall(score: Score) -> Pair | None:
    return _mean(score.refused) if score.due_refusal else None


def _refusal_f1(score: Score) -> Pair | None:
    """F1 = 2 TP / (2 TP + FP + FN) = 2 TP / (refused + due), summed over the cases."""
    if score.due_refusal is None:
        return None
    return 2.0 * (score.refused and score.due_refusal), float(score.refused + score.due_refusal)


def _false_answer(score: Score) -> Pair | None:
    return _mean(score.outcome in ("answered", "partly_answered")) if score.due_refusal else None


def _false_refusal(score: Score) -> Pair | None:
    return _mean(score.refused) if score.due_refusal is False else None


FIGURES: tuple[Figure, ...] = (
    Figure(
        "right",
        "Questions handled rightly",
        "Answers",
        "Of all questions: answered with every expected fact or, where the documents do not say, declined.",
        lambda score: _mean(score.verdict == "right"),
    ),
    Figure(
        "answers_right",
        "Answers right",
        "Answers",
        "Of the questions the documents answer, how many got an answer with every expected fact and nothing forbidden.",
        _right_answer,
    ),
    Figure(
        "answers_right_or_partly",
        "Answers right or partly right",
        "Answers",
        "The same, counting answers that hold at least half of the expected facts.",
        _helpful_answer,
    ),
    Figure("facts_recall", "Facts said", "Answers", "Of all the facts expected, how many were said.", _facts_recall),
    Figure(
        "facts_precision",
        "Statements to the point",
        "Answers",
        "Of all the statements shown for answerable questions, how many bear on what was expected.",
        _facts_precision,
    ),
    Figure(
        "refusal_precision",
        "Refusals that were due",
        "Refusals",
        "When the assistant declined, how often it was right to.",
        _refusal_precision,
    ),
    Figure(
        "refusal_recall",
        "Due refusals made",
        "Refusals",
        "Of the questions the documents do not answer, how many were declined.",
        _refusal_recall,
    ),
    Figure(
        "refusal_f1",
        "Refusals, F1",
        "Refusals",
        "The two figures above in one: their harmonic mean.",
        _refusal_f1,
        share=False,
    ),
    Figure(
        "false_answer_rate",
        "Answered without grounds",
        "Refusals",
        "Of the questions the documents do not answer, how many were answered all the same. Lower is better.",
        _false_answer,
        "lower",
    ),
    Figure(
        "false_refusal_rate",
        "Declined without need",
        "Refusals",
        "Of the questions the documents answer, how many were declined. Lower is better.",
        _false_refusal,
        "lower",
    ),
    Figure(
        "quote_exactness",
        "Quotes word for word",
        "Quotes and citations",
        "Of all the quotes shown, how many stand word for word in the source. Must be 100 %.",
        lambda score: (score.quotes_exact, score.quotes) if score.quotes else None,
    ),
    Figure(
        "citation_recall",
        "Statements supported",
        "Quotes and citations",
        "Of all the statements shown, how many are borne out by the quotes cited for them.",
        lambda score: (score.claims_supported, score.claims) if score.claims else None,
    ),
    Figure(
        "citation_precision",
        "Citations needed",
        "Quotes and citations",
        "Of all the citations shown, how many add to the support of a supported statement.",
        lambda score: (score.citations_needed, score.citations) if score.citations else None,
    ),
    Figure(
        "notices_given",
        "Notices given when due",
        "Quotes and citations",
        "Of all the quoted words known to be out of date, how many came with the notice that says so.",
        lambda score: (score.notices_given, score.notices_due) if score.notices_due else None,
    ),
    *(_found(k) for k in (1, 3, 5, 10)),
    *(_evidence(k) for k in (1, 3, 5, 10)),
    Figure(
        "mrr",
        "Mean reciprocal rank",
        "Search",
        "1 when the first passage found is evidence, 1/2 when only the second is, 1/3 for the third, and so on to ten.",
        lambda score: _mean(score.reciprocal_rank),
        share=False,
    ),
    Figure(
        "ndcg_10",
        "nDCG@10",
        "Search",
        "How high all the evidence stands among the first ten passages found; 1 is the best order there can be.",
        lambda score: _mean(score.ndcg_10),
        share=False,
    ),
)
BY_NAME = {figure.name: figure for figure in FIGURES}
# What the tables by kind and by source show, under short headings.
IN_TABLES = {
    "Share right": BY_NAME["right"],
    "Facts said": BY_NAME["facts_recall"],
    "Evidence first": BY_NAME["any_gold_recall_1"],
    "Evidence in first 5": BY_NAME["any_gold_recall_5"],
}
