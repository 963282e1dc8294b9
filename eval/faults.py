"""Why a case is not right: the first step on the way from question to answer that failed."""

from __future__ import annotations

from eval.answers import Facts, cites_gold
from eval.model import Case, Fault, Verdict
from eval.reply import Reply
from eval.retrieval import Ranks, any_within

LOOKED_AT = 10

MEANING: dict[Fault, str] = {
    "not found": f"No passage with the expected evidence was among the first {LOOKED_AT} that search brought.",
    "found and not chosen": "Search brought the evidence, but the answer quotes something else.",
    "chosen and not said": "The answer quotes the evidence, but leaves out a fact it should state.",
    "wrongly refused": "The documents hold the answer and search brought it, but the assistant declined.",
    "wrongly answered": "The assistant should have declined, or asked back, and answered instead.",
    "said what it must not": "The reply holds words that the case forbids.",
    "broke down": "The assistant ended with an error instead of a reply.",
}


def fault(case: Case, reply: Reply, verdict: Verdict, ranks: Ranks, facts: Facts) -> Fault | None:
    """None when the case is right. "not found" comes before "wrongly refused": who finds nothing is right to
    decline."""
    if verdict == "right":
        return None
    if reply.outcome == "error":
        return "broke down"
    if facts.forbidden:
        return "said what it must not"
    return _of_answer(case, reply, ranks) if case.answerable else "wrongly answered"


def _of_answer(case: Case, reply: Reply, ranks: Ranks) -> Fault:
    if any_within(ranks, LOOKED_AT) is False:
        return "not found"
    if reply.refused:
        return "wrongly refused"
    if not _chosen(case, reply):
        return "found and not chosen"
    return "chosen and not said" if case.kind != "ambiguous" else "wrongly answered"


def _chosen(case: Case, reply: Reply) -> bool:
    if case.gold_quotes:
        return cites_gold(case, reply)
    return bool({citation.source_id for citation in reply.citations} & set(case.gold_sources))
