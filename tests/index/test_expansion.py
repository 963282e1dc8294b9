"""The mean of the best three, for many passages at once."""

from __future__ import annotations

import numpy as np

from index.expansion import _means_of_best


def test_the_best_three_of_each_run_count() -> None:
    scores = np.array([1, 4, 2, 3, 7, 9, 8], dtype=np.float32)
    assert _means_of_best(scores, np.array([4, 1, 2])) == [3.0, 7.0, 8.5]  # (4+3+2)/3, 7, (9+8)/2


def test_it_is_what_each_run_gives_by_itself_to_the_last_bit() -> None:
    draw = np.random.default_rng(1)
    counts = draw.integers(1, 12, 300)
    scores = draw.standard_normal(counts.sum()).astype(np.float32)
    alone = [float(np.sort(run)[-3:].mean()) for run in np.split(scores, np.cumsum(counts)[:-1])]
    assert _means_of_best(scores, counts) == alone
