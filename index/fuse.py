"""Several rankings -> one, by reciprocal rank (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from collections.abc import Callable, Mapping, Sequence


def fuse(
    rankings: Mapping[str, Sequence[str]], k: int = 60, share: Callable[[str], float] = lambda _: 1.0
) -> list[tuple[str, float, frozenset[str]]]:
    """(id, score, names of the rankings that hold it), best first; ties in order of id so that runs agree. `share` is the
    part of the rankings that could have held an id, above 0: its score counts as if the others thought the same."""
    scores: dict[str, float] = {}
    found_by: dict[str, set[str]] = {}
    for name, ranking in rankings.items():
        for rank, id_ in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1.0 / (k + rank)
            found_by.setdefault(id_, set()).add(name)
    scores = {id_: score / share(id_) for id_, score in scores.items()}
    order = sorted(scores, key=lambda id_: (-scores[id_], id_))
    return [(id_, scores[id_], frozenset(found_by[id_])) for id_ in order]
