"""Near-copies of questions, so that what is tuned on is not what is reported on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from eval.model import Case
from eval.words import words

SAME_WORDS = 85
SAME_WHOLE = 85


def near_copies(first: Sequence[str], second: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs that say the same in nearly the same words: the words they share make up at least 85 % of one of them
    (rapidfuzz token_set_ratio), and the whole of both is alike by at least 85 % (token_sort_ratio), so that a short
    question is no copy of a longer one that happens to hold its words."""
    one, two = [" ".join(words(text)) for text in first], [" ".join(words(text)) for text in second]
    sets = cdist(one, two, scorer=fuzz.token_set_ratio, score_cutoff=SAME_WORDS)
    wholes = cdist(one, two, scorer=fuzz.token_sort_ratio, score_cutoff=SAME_WHOLE)
    return [(first[row], second[column]) for row, column in np.argwhere((sets > 0) & (wholes > 0))]


def asked(case: Case) -> str:
    """The question with the last thing the person said before it: "and in Scotland?" is a copy only of its own kind."""
    earlier = [message.content for message in case.history if message.role == "user"][-1:]
    return " ".join([*earlier, case.question])
