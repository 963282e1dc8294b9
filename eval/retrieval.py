"""How well search found the gold quotes: ranks, recall, reciprocal rank and nDCG of one case.

Relevance is judged by `eval.holds.holds`: a hit is relevant when its text holds a gold quote. Recall counts gold
quotes, each of which is one item. For reciprocal rank and nDCG, computed by ir_measures (nDCG after Järvelin and
Kekäläinen, 2002, gain 1, discount log2(rank + 1)), gold quotes that one hit brings for the first time together are
one item, a second hit with the same quotes brings nothing, and each gold quote that no hit holds is an item of its
own. So a perfect ranking scores 1 and a quote that was missed always costs.
"""

from __future__ import annotations

from collections.abc import Sequence

import ir_measures
from ir_measures import RR, nDCG

from eval.holds import holds
from eval.model import Case
from eval.reply import Reply

Ranks = tuple[int | None, ...]


def gold_ranks(case: Case, reply: Reply) -> Ranks:
    """For each gold quote the rank (from 1) of the first hit that holds it, None when no hit does. Empty (no score)
    when the case has no gold quotes or is not answerable: then nothing ought to be found."""
    if not case.answerable:
        return ()
    hits = sorted(reply.hits, key=lambda hit: hit.rank)
    return tuple(next((hit.rank for hit in hits if holds(hit.text, quote)), None) for quote in case.gold_quotes)


def any_within(ranks: Ranks, k: int) -> bool | None:
    """Is at least one gold quote among the first k hits? None when there are no gold quotes."""
    return any(rank is not None and rank <= k for rank in ranks) if ranks else None


def share_within(ranks: Ranks, k: int) -> float | None:
    """The share of the gold quotes among the first k hits, 0 to 1. None when there are no gold quotes."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks) if ranks else None


def reciprocal_rank(ranks: Ranks) -> float | None:
    """1 / rank of the first hit that holds a gold quote, 0 when none of the first ten does. None without gold
    quotes."""
    return _measure(RR @ 10, ranks)


def ndcg_10(ranks: Ranks) -> float | None:
    """Normalised discounted cumulative gain of the first ten hits, 0 to 1. None without gold quotes."""
    return _measure(nDCG @ 10, ranks)


def _measure(measure: ir_measures.Measure, ranks: Ranks) -> float | None:
    if not ranks:
        return None
    qrels = {"case": {item: 1 for item in _items(ranks)}}
    last = max((rank for rank in ranks if rank is not None), default=1)
    run = {"case": {_name(rank): float(-rank) for rank in range(1, last + 1)}}
    return float(ir_measures.calc_aggregate([measure], qrels, run)[measure])


def _items(ranks: Sequence[int | None]) -> set[str]:
    return {f"missed {n}" if rank is None else _name(rank) for n, rank in enumerate(ranks)}


def _name(rank: int) -> str:
    return f"hit {rank}"
