"""Several rankings -> one, by reciprocal rank (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from collections.abc import Mapping, Sequence


def fuse(rankings: Mapping[str, Sequence[str]], k: int = 60) -> list[tuple[str, float, frozenset[str]]]:
    """(id, score, names of the rankings that hold it), best first; ties in order of id so that runs agree."""
    scores: dict[str, float] = {}
    found_by: dict[str, set[str]] = {}
    for name, ranking in rankings.items():
        for rank, id_ in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1.0 / (k + rank)
            found_by.setdefault(id_, set()).add(name)
    order = sorted(scores, key=lambda id_: (-scores[id_], id_))
    return [(id_, scores[id_], frozenset(found_by[id_])) for id_ in order]
