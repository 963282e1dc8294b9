"""One case and the reply it got -> its Score. No model judges: every rule is in the modules this one calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from eval.answers import claims_on_gold, facts_of, verdict
from eval.citations import citations_needed, citations_used, claims_supported, exactness, unknown_links
from eval.dated import dated
from eval.errors import EvalError
from eval.faults import fault
from eval.model import Case, Outcome, Score
from eval.reply import Reply
from eval.retrieval import gold_ranks, ndcg_10, reciprocal_rank
from eval.sources import Sources


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with the reply it got and its score: what the report shows."""

    case: Case
    reply: Reply
    score: Score


def judge_all(cases: Sequence[Case], outcomes: Sequence[Outcome], sources: Sources) -> list[Judged]:
    """Scores in the order of the cases. Every case needs an outcome; outcomes of other cases are left alone."""
    replies = {outcome.id: outcome.reply for outcome in outcomes}
    silent = [case.id for case in cases if case.id not in replies]
    if silent:
        raise EvalError(
            f"No reply yet to {len(silent)} cases ({', '.join(silent[:5])} …). Run: python -m eval generate"
        )
    pairs = [(case, _read(case, replies[case.id])) for case in cases]
    return [Judged(case, reply, judge(case, reply, sources)) for case, reply in pairs]


def _read(case: Case, reply: dict[str, object]) -> Reply:
    try:
        return Reply.model_validate(reply)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise EvalError(f"The reply to {case.id} cannot be judged: field {field}: {first['msg']}") from error


def judge(case: Case, reply: Reply, sources: Sources) -> Score:
    """All that can be said of one reply without looking at another."""
    ranks, facts, exact = gold_ranks(case, reply), facts_of(case, reply), exactness(reply, sources)
    judgement, owed = verdict(case, reply, facts), dated(reply, sources.notices)
    return Score(
        id=case.id,
        kind=case.kind,
        answerable=case.answerable,
        sources=case.gold_sources,
        outcome=reply.outcome,
        refused=reply.refused,
        verdict=judgement,
        why=fault(case, reply, judgement, ranks, facts),
        gold_ranks=ranks,
        reciprocal_rank=reciprocal_rank(ranks),
        ndcg_10=ndcg_10(ranks),
        groups=facts.groups,
        groups_found=facts.found,
        missing=facts.missing,
        forbidden=facts.forbidden,
        claims=len(reply.claims),
        claims_on_gold=claims_on_gold(case, reply),
        claims_supported=claims_supported(reply),
        citations=citations_used(reply),
        citations_needed=citations_needed(reply),
        quotes=exact.shown,
        quotes_exact=exact.exact,
        inexact=exact.inexact,
        unknown_links=unknown_links(reply),
        notices_due=owed.due,
        notices_given=owed.given,
        confidence=reply.sureness,
        timings_ms=reply.timings_ms,
    )
